import { ChangePassword$, type ChangePasswordRequest, InvalidUserTypeException$ } from '@aws-sdk/client-iam';
import { AwsError, accessDenied, type Checked, ServiceUnavailable } from '@holdfast/wire';
import { attempt, succeeded, userSubject } from '../../sign-in/attempts.ts';
import { lockFreeLoginProfile, setPassword } from '../../store/login-profiles.ts';
import { endSessionsOf } from '../../store/sign-in-sessions.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { hashOfPassword, requireLoginProfile, unlessBusy } from './login-profiles.ts';
import { requireUser } from './principals.ts';

type Input = Checked<ChangePasswordRequest, 'OldPassword' | 'NewPassword'>;

/** One's own. Every session that was begun with the old one ends, the very one that asks included. */
export const changePassword = operation(
  ChangePassword$,
  async (input: Input, call: Call): Promise<object> => {
    const { OldPassword: oldPassword, NewPassword: newPassword } = input;
    const { tx, caller, accountId, installation, now } = call;
    if (caller.kind !== 'user') {
      throw new AwsError(InvalidUserTypeException$, 'Only IAM Users can change their own password.');
    }
    const user = await requireUser(call, caller.userName);
    await requireLoginProfile(call, user);
    // Held: whoever sets another password meanwhile has the last word. Nobody queues for it with a connection in hand.
    const profile = await lockFreeLoginProfile(tx, user.id);
    if (!profile) throw new AwsError(ServiceUnavailable, 'The password is being changed.');
    const subject = userSubject(accountId, user.name);
    if ((await attempt(tx, subject, now)) !== undefined) {
      throw accessDenied('The old password was given wrong too often. Try again later.');
    }
    const verdict = await unlessBusy(
      installation.passwords.verify(oldPassword, profile.password_hash, 'in-transaction'),
    );
    if (verdict.kind === 'wrong') {
      call.refuseAfterCommit(accessDenied('The old password was incorrect.'));
      return {};
    }
    await setPassword(tx, user.id, { password_hash: await hashOfPassword(call, newPassword), reset_required: false });
    await endSessionsOf(tx, user.id);
    await succeeded(tx, subject);
    return {};
  },
  (_input, call) => aboutUser()({}, call),
);
