/** Folders of accounts as the operator writes them: JSON `{"ACCOUNT":["/FOLDER"],"*":[]}`. */
import path from 'node:path';
import type { ResourceFolders } from './settings.ts';

const ACCOUNT_OR_REST = /^(?:\d{12}|\*)$/;

/** Undefined: any folder. `refuse` is told what is wrong, as the end of a sentence. */
export function parseResourceFolders(text: string, refuse: (message: string) => never): ResourceFolders | undefined {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('must be an object of lists of folders, by account id or *');
  }
  const entries = Object.entries(value).map(([account, folders]): [string, string[]] => {
    if (!ACCOUNT_OR_REST.test(account)) return refuse(`names "${account}", which is not an account id and not *`);
    if (!Array.isArray(folders)) return refuse(`must give ${account} a list of folders`);
    return [account, folders.map((folder: unknown) => absoluteFolder(account, folder, refuse))];
  });
  return Object.fromEntries(entries);
}

function absoluteFolder(account: string, folder: unknown, refuse: (message: string) => never): string {
  if (typeof folder === 'string' && path.isAbsolute(folder)) return path.normalize(folder);
  return refuse(`gives ${account} ${JSON.stringify(folder)}, which is not the absolute path of a folder`);
}
