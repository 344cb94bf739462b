/** Passwords and MFA devices of users and roots, as IAM keeps them. What they are good for: sts/, sign-in/. */
import * as iam from '@aws-sdk/client-iam';
import { HOUR_MS, ManualClock, MINUTE_MS, SECOND_MS } from '@holdfast/kernel';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeAt } from '../../sign-in/testing/authenticator.ts';
import { rootKey } from '../../testing/root-key.ts';
import { type TestServer, testServer } from '../../testing/server.ts';

const STEP_MS = 30 * SECOND_MS;
const clock = new ManualClock(Date.parse('2030-03-20T05:00:00Z'));
let server: TestServer;
let admin: iam.IAMClient;
beforeAll(async () => {
  server = await testServer({ clock });
  admin = server.client(iam.IAMClient);
});
afterAll(() => server[Symbol.asyncDispose]());

async function newUser(UserName: string): Promise<string> {
  await admin.send(new iam.CreateUserCommand({ UserName }));
  return UserName;
}

async function idOf(UserName: string): Promise<string> {
  return (await admin.send(new iam.GetUserCommand({ UserName }))).User?.UserId ?? '';
}

interface Device {
  readonly serial: string;
  readonly seed: string;
}

async function newDevice(VirtualMFADeviceName: string, client = admin): Promise<Device> {
  const answer = await client.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }));
  const { SerialNumber: serial = '', Base32StringSeed: seed } = answer.VirtualMFADevice ?? {};
  return { serial, seed: new TextDecoder().decode(seed) };
}

/** The codes that the device shows now and showed before, if its clock is `aheadMs` ahead. */
function codes({ serial: SerialNumber, seed }: Device, aheadMs = 0) {
  const at = clock.now() + aheadMs;
  return {
    SerialNumber,
    AuthenticationCode1: codeAt(seed, at - STEP_MS),
    AuthenticationCode2: codeAt(seed, at),
  };
}

const enable = (UserName: string, device: Device, client = admin) =>
  client.send(new iam.EnableMFADeviceCommand({ UserName, ...codes(device) }));

describe('a login profile', () => {
  const PASSWORD = 'a password of ann’s'.replace('’', "'");

  test('is made, shown without the password, changed and deleted', async () => {
    const UserName = await newUser('ann');
    const made = await admin.send(
      new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD, PasswordResetRequired: true }),
    );
    const CreateDate = new Date(clock.now());
    expect(made.LoginProfile).toEqual({ UserName, CreateDate, PasswordResetRequired: true });
    await admin.send(new iam.UpdateLoginProfileCommand({ UserName, PasswordResetRequired: false }));
    const { LoginProfile } = await admin.send(new iam.GetLoginProfileCommand({ UserName }));
    expect(LoginProfile).toEqual({ UserName, CreateDate, PasswordResetRequired: false });
    await expect(admin.send(new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD }))).rejects.toMatchObject(
      { name: 'EntityAlreadyExistsException' },
    );
    await expect(admin.send(new iam.DeleteUserCommand({ UserName }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete login profile first.',
    });
    await admin.send(new iam.DeleteLoginProfileCommand({ UserName }));
    for (const ask of [
      () => admin.send(new iam.GetLoginProfileCommand({ UserName })),
      () => admin.send(new iam.UpdateLoginProfileCommand({ UserName })),
      () => admin.send(new iam.DeleteLoginProfileCommand({ UserName })),
    ]) {
      await expect(ask()).rejects.toMatchObject({
        name: 'NoSuchEntityException',
        message: 'Login Profile for User ann cannot be found.',
      });
    }
    await admin.send(new iam.DeleteUserCommand({ UserName }));
  });

  test.each([
    ['shorter than 12 characters', 'elevenchars', 'minimum length of 12'],
    ['longer than 128 characters', 'x'.repeat(129), 'less than or equal to 128'],
  ])('with a password %s is refused', async (_what, Password, message) => {
    const UserName = await newUser(`weak-${Password.length}`);
    await expect(admin.send(new iam.CreateLoginProfileCommand({ UserName, Password }))).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  test('is kept as a hash', async () => {
    const UserName = await newUser('hashed');
    await admin.send(new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
    const rows = await server.installation.db.selectFrom('login_profile').selectAll().execute();
    expect(rows.map((row) => row.password_hash)).toEqual([expect.stringMatching(/^\$scrypt\$/)]);
    expect(JSON.stringify([rows, server.events])).not.toContain(PASSWORD);
  });

  test('has its password changed by its user, who must know the old one', async () => {
    const UserName = await newUser('changer');
    await admin.send(new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD, PasswordResetRequired: true }));
    const Resource = `arn:aws:iam::${server.management.accountId}:user/\${aws:username}`;
    const Statement = { Effect: 'Allow', Action: 'iam:ChangePassword', Resource };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await admin.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
    const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const own = server.client(iam.IAMClient, { credentials: { accessKeyId, secretAccessKey } });
    const change = (OldPassword: string, NewPassword: string) =>
      own.send(new iam.ChangePasswordCommand({ OldPassword, NewPassword }));
    await expect(change('not the old one', 'a new password')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'The old password was incorrect.',
    });
    await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ name: 'PasswordPolicyViolationException' });
    await change(PASSWORD, 'a new password');
    const { LoginProfile } = await admin.send(new iam.GetLoginProfileCommand({ UserName }));
    expect(LoginProfile?.PasswordResetRequired).toBe(false);
    const root = server.client(iam.IAMClient, { credentials: await rootKey(server) });
    await expect(
      root.send(new iam.ChangePasswordCommand({ OldPassword: 'x', NewPassword: 'y' })),
    ).rejects.toMatchObject({ name: 'InvalidUserTypeException' });
  });

  test('that an administrator sets while the user changes the old one is the one that counts', async () => {
    const UserName = await newUser('taken-over');
    await admin.send(new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
    const Statement = { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await admin.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
    const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const own = server.client(iam.IAMClient, { credentials: { accessKeyId, secretAccessKey } });
    const userId = await idOf(UserName);
    const { db, passwords } = server.installation;
    const password_hash = await passwords.hash('set by the administrator');
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('login_profile').set({ password_hash }).where('user_id', '=', userId).execute();
      const change = new iam.ChangePasswordCommand({ OldPassword: PASSWORD, NewPassword: 'known to an intruder' });
      await expect(own.send(change)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    });
    const kept = await db.selectFrom('login_profile').selectAll().where('user_id', '=', userId).executeTakeFirst();
    expect(kept?.password_hash).toBe(password_hash);
  });
});

describe('an MFA device', () => {
  test('shows its seed once, which is kept sealed', async () => {
    const { serial, seed } = await newDevice('phone');
    expect(serial).toBe(`arn:aws:iam::${server.management.accountId}:mfa/phone`);
    expect(seed).toMatch(/^[A-Z2-7]{64}$/);
    const { VirtualMFADevices } = await admin.send(new iam.ListVirtualMFADevicesCommand({}));
    expect(VirtualMFADevices).toEqual([{ SerialNumber: serial }]);
    const rows = await server.installation.db.selectFrom('mfa_device').selectAll().execute();
    expect(rows.map((row) => row.seed_sealed.toString('latin1')).join()).not.toContain(seed);
    expect(JSON.stringify(server.events)).not.toContain(seed);
    await expect(newDevice('Phone')).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    await admin.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber: serial }));
    await expect(admin.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber: serial }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test('is one of as many as there may be users in an account', async () => {
    const crowded = await server.createAccount();
    await sql`
      insert into mfa_device (serial_number, account_id, name, path, seed_sealed, tags, created_at)
      select ${crowded.accountId} || ':' || n, ${crowded.accountId}, 'device' || n, '/', '', '{}', 0
      from generate_series(1, 5000) as n`.execute(server.installation.db);
    const theirs = server.client(iam.IAMClient, { credentials: crowded.credentials });
    await expect(newDevice('one-more', theirs)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for VirtualMfaDevicesPerAccount: 5000',
    });
  });

  test('carries tags', async () => {
    const Tags = [{ Key: 'kind', Value: 'phone' }];
    const made = await admin.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'tagged', Tags }));
    const SerialNumber = made.VirtualMFADevice?.SerialNumber ?? '';
    expect(made.VirtualMFADevice?.Tags).toEqual(Tags);
    await admin.send(new iam.TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'of', Value: 'ann' }] }));
    await admin.send(new iam.UntagMFADeviceCommand({ SerialNumber, TagKeys: ['kind'] }));
    const listed = await admin.send(new iam.ListMFADeviceTagsCommand({ SerialNumber }));
    expect(listed).toMatchObject({ Tags: [{ Key: 'of', Value: 'ann' }], IsTruncated: false });
    await admin.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }));
  });

  test('is enabled by two codes in a row, listed, deactivated and deleted', async () => {
    const UserName = await newUser('bob');
    const device = await newDevice('bobs');
    await enable(UserName, device);
    const EnableDate = new Date(clock.now());
    const { serial: SerialNumber } = device;
    const { MFADevices } = await admin.send(new iam.ListMFADevicesCommand({ UserName }));
    expect(MFADevices).toEqual([{ UserName, SerialNumber, EnableDate }]);
    const listed = await admin.send(new iam.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }));
    expect(listed.VirtualMFADevices).toMatchObject([{ SerialNumber, EnableDate, User: { UserName } }]);
    const unassigned = await admin.send(new iam.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Unassigned' }));
    expect(unassigned.VirtualMFADevices).toEqual([]);
    expect(await admin.send(new iam.GetMFADeviceCommand({ SerialNumber, UserName }))).toMatchObject({ EnableDate });
    await expect(enable(await newUser('thief'), device)).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
    await expect(admin.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await expect(admin.send(new iam.DeleteUserCommand({ UserName }))).rejects.toMatchObject({
      message: 'Cannot delete entity, must delete MFA device first.',
    });
    await expect(
      admin.send(new iam.DeactivateMFADeviceCommand({ UserName: 'thief', SerialNumber })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await admin.send(new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await admin.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }));
    await admin.send(new iam.DeleteUserCommand({ UserName }));
  });

  test('is not enabled by codes that are wrong, in the wrong order, or were taken before', async () => {
    const UserName = await newUser('carl');
    const device = await newDevice('carls');
    const { AuthenticationCode1: first, AuthenticationCode2: second, SerialNumber } = codes(device);
    const refused = (AuthenticationCode1: string, AuthenticationCode2: string) =>
      expect(
        admin.send(
          new iam.EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidAuthenticationCodeException', $metadata: { httpStatusCode: 403 } });
    await refused(second, first);
    await refused(first, first);
    await enable(UserName, device);
    await admin.send(new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await refused(first, second);
    clock.advance(2 * STEP_MS);
    await enable(UserName, device);
  });

  test('whose clock has drifted is synchronized anew', async () => {
    const UserName = await newUser('dora');
    const device = await newDevice('doras');
    await enable(UserName, device);
    clock.advance(HOUR_MS);
    const resync = (aheadMs: number) =>
      admin.send(new iam.ResyncMFADeviceCommand({ UserName, ...codes(device, aheadMs) }));
    await expect(resync(2 * HOUR_MS)).rejects.toMatchObject({ name: 'InvalidAuthenticationCodeException' });
    await resync(HOUR_MS / 2);
    const row = await server.installation.db
      .selectFrom('mfa_device')
      .select('drift_steps')
      .where('serial_number', '=', device.serial)
      .executeTakeFirst();
    expect(row?.drift_steps).toBe(60);
  });

  test('is locked after five pairs of wrong codes, for a minute, then for two', async () => {
    const UserName = await newUser('eve');
    const device = await newDevice('eves');
    const wrong = { ...codes(device), AuthenticationCode1: '000000', AuthenticationCode2: '000000' };
    const guess = () => admin.send(new iam.EnableMFADeviceCommand({ UserName, ...wrong }));
    for (let count = 0; count < 5; count++) {
      await expect(guess()).rejects.toMatchObject({ message: 'Authentication code for device is not valid.' });
    }
    const locked = { message: expect.stringContaining('Too many') };
    await expect(enable(UserName, device)).rejects.toMatchObject(locked);
    clock.advance(MINUTE_MS);
    await expect(guess()).rejects.toMatchObject({ message: 'Authentication code for device is not valid.' });
    clock.advance(MINUTE_MS);
    await expect(enable(UserName, device)).rejects.toMatchObject(locked);
    clock.advance(MINUTE_MS);
    await enable(UserName, device);
  });

  test('may be the root’s, who calls itself root', async () => {
    const root = server.client(iam.IAMClient, { credentials: await rootKey(server) });
    const device = await newDevice('safe', root);
    await enable('root', device, root);
    const { MFADevices } = await root.send(new iam.ListMFADevicesCommand({}));
    expect(MFADevices).toMatchObject([{ UserName: 'root', SerialNumber: device.serial }]);
    const { VirtualMFADevices = [] } = await admin.send(new iam.ListVirtualMFADevicesCommand({}));
    const shown = VirtualMFADevices.find(({ SerialNumber }) => SerialNumber === device.serial);
    expect(shown?.User?.Arn).toBe(`arn:aws:iam::${server.management.accountId}:root`);
    await expect(admin.send(new iam.ListMFADevicesCommand({ UserName: 'root' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await root.send(new iam.DeactivateMFADeviceCommand({ SerialNumber: device.serial }));
  });

  test('of another account is as good as missing', async () => {
    const stranger = await server.createAccount();
    const theirs = server.client(iam.IAMClient, { credentials: stranger.credentials });
    const { serial: SerialNumber, seed } = await newDevice('foreign');
    const input = codes({ serial: SerialNumber, seed });
    for (const attempt of [
      () => theirs.send(new iam.EnableMFADeviceCommand({ UserName: 'admin', ...input })),
      () => theirs.send(new iam.DeactivateMFADeviceCommand({ SerialNumber })),
      () => theirs.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber })),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: expect.stringMatching(/NoSuchEntity|AccessDenied/) });
    }
    expect((await theirs.send(new iam.ListVirtualMFADevicesCommand({}))).VirtualMFADevices).toEqual([]);
  });
});
