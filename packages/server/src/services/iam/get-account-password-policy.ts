import { GetAccountPasswordPolicy$, type GetAccountPasswordPolicyResponse } from '@aws-sdk/client-iam';
import { PASSWORD_CHARS } from '../../sign-in/passwords.ts';
import { readingOperation } from '../operation.ts';

/** The same for every account: length is what makes a password strong. Users need a policy's allow to change theirs. */
export const getAccountPasswordPolicy = readingOperation(
  GetAccountPasswordPolicy$,
  async (): Promise<GetAccountPasswordPolicyResponse> => ({
    PasswordPolicy: {
      MinimumPasswordLength: PASSWORD_CHARS.min,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    },
  }),
);
