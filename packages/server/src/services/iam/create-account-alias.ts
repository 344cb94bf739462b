import {
  CreateAccountAlias$,
  type CreateAccountAliasRequest,
  EntityAlreadyExistsException$,
} from '@aws-sdk/client-iam';
import { AwsError, type Checked } from '@holdfast/wire';
import { findAccountIdByAlias, putAlias } from '../../store/identity-aliases.ts';
import { type Call, operation } from '../operation.ts';
import { invalid } from './errors.ts';

type Input = Checked<CreateAccountAliasRequest>;
/** An account has one: a new one takes the place of the old one. */
export const createAccountAlias = operation(CreateAccountAlias$, async (input: Input, call: Call): Promise<object> => {
  const { AccountAlias: alias } = input;
  // It stands where an account id may stand, at sign-in.
  if (/^\d{12}$/.test(alias)) throw invalid('An account alias cannot be twelve digits: that is an account id.');
  const holder = await findAccountIdByAlias(call.tx, alias);
  if (holder !== undefined && holder !== call.accountId) {
    throw new AwsError(EntityAlreadyExistsException$, `The account alias ${alias} already exists.`);
  }
  await putAlias(call.tx, call.accountId, alias);
  return {};
});
