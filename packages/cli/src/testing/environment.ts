/** An environment for tests: these variables and no others. */
import { type Environment, readEnvironment } from '../config.ts';

export function environmentOfTest(variables: Readonly<Record<string, string>>, dataFolder: string): Environment {
  return readEnvironment({ ...variables, HOLDFAST_DATA: dataFolder }, dataFolder);
}
