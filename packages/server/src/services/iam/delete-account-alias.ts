import { DeleteAccountAlias$, type DeleteAccountAliasRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { deleteAlias } from '../../store/identity-aliases.ts';
import { type Call, operation } from '../operation.ts';
import { missing } from './errors.ts';

type Input = Checked<DeleteAccountAliasRequest>;
export const deleteAccountAlias = operation(DeleteAccountAlias$, async (input: Input, call: Call): Promise<object> => {
  const { AccountAlias: alias } = input;
  if (!(await deleteAlias(call.tx, call.accountId, alias))) {
    throw missing(`The account alias ${alias} cannot be found.`);
  }
  return {};
});
