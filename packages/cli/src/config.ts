/**
 * What the command takes from its surroundings: the one reader of environment variables in the command line tool.
 *
 * | variable | effect |
 * |---|---|
 * | HOLDFAST_DATA | the data folder, where the operator's socket and the profile file are; default `data` in the
 * working folder |
 * | AWS_ACCESS_KEY_ID, AWS_PROFILE | credentials as in every AWS client; otherwise the data folder's profile is used |
 * | AWS_ENDPOINT_URL | the server's address; otherwise the data folder's profile says it |
 * | AWS_REGION, AWS_DEFAULT_REGION | the region; otherwise the data folder's profile says it |
 * | NO_COLOR, TERM=dumb | plain output |
 */
import path from 'node:path';

export interface Environment {
  readonly workingFolder: string;
  readonly dataFolder: string;
  /** Credentials were given in AWS's standard way: the SDK finds them itself. */
  readonly hasAwsCredentials: boolean;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly noColour: boolean;
  readonly dumbTerminal: boolean;
  /** Any variable by its name, for secrets that the user keeps in one. */
  readonly variable: (name: string) => string | undefined;
  /** Folders of programs. */
  readonly searchPath: readonly string[];
}

export const DEFAULT_DATA_FOLDER = 'data';

export function environmentOfProcess(): Environment {
  return readEnvironment(process.env, process.cwd());
}

export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  workingFolder: string,
): Environment {
  return {
    workingFolder,
    dataFolder: path.resolve(workingFolder, variables['HOLDFAST_DATA'] || DEFAULT_DATA_FOLDER),
    hasAwsCredentials: Boolean(variables['AWS_ACCESS_KEY_ID'] || variables['AWS_PROFILE']),
    endpoint: variables['AWS_ENDPOINT_URL'] || undefined,
    region: variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || undefined,
    noColour: Boolean(variables['NO_COLOR']),
    dumbTerminal: variables['TERM'] === 'dumb',
    variable: (name) => variables[name],
    searchPath: (variables['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
  };
}
