import { ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const BACKUP = 'backup.amazonaws.com';
const clock = new ManualClock(systemClock.now());
let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
let account: string;
beforeAll(async () => {
  org = await testOrganization({ clock });
  call = (operation, input) => send(org.client, operation, input);
  account = await org.account('one');
});
afterAll(() => org[Symbol.asyncDispose]());

const enable = (ServicePrincipal: string): Promise<string> =>
  outcome(call('EnableAWSServiceAccess', { ServicePrincipal }));
const disable = (ServicePrincipal: string): Promise<string> =>
  outcome(call('DisableAWSServiceAccess', { ServicePrincipal }));
const register = (AccountId: string, ServicePrincipal = BACKUP): Promise<string> =>
  outcome(call('RegisterDelegatedAdministrator', { AccountId, ServicePrincipal }));
const deregister = (AccountId: string, ServicePrincipal = BACKUP): Promise<string> =>
  outcome(call('DeregisterDelegatedAdministrator', { AccountId, ServicePrincipal }));

interface Enabled {
  readonly ServicePrincipal: string;
  readonly DateEnabled: Date;
}
async function enabled(): Promise<Enabled[]> {
  const answer = await call('ListAWSServiceAccessForOrganization', {});
  return (answer as { EnabledServicePrincipals: Enabled[] }).EnabledServicePrincipals;
}

describe('trusted access', () => {
  test('is listed with its date, which a second call keeps and a new start renews', async () => {
    await enable(BACKUP);
    const [first] = await enabled();
    expect(first).toMatchObject({ ServicePrincipal: BACKUP, DateEnabled: expect.any(Date) });
    clock.advance(1_000);
    await enable(BACKUP);
    expect(await enabled()).toEqual([first]);
    await disable(BACKUP);
    expect(await enabled()).toEqual([]);
    await enable(BACKUP);
    expect(Number((await enabled())[0]?.DateEnabled)).toBe(Number(first?.DateEnabled) + 1_000);
    await disable(BACKUP);
  });

  test('what is not enabled is disabled without a word', async () => {
    expect(await disable('ram.amazonaws.com')).toBe('Success');
  });

  test.each([
    [enable, 'nobody.amazonaws.com', 'InvalidInputException UNRECOGNIZED_SERVICE_PRINCIPAL'],
    [disable, 'nobody.amazonaws.com', 'InvalidInputException UNRECOGNIZED_SERVICE_PRINCIPAL'],
    [enable, 'constructor', 'InvalidInputException UNRECOGNIZED_SERVICE_PRINCIPAL'],
    [enable, 'a b', 'InvalidInputException INVALID_PATTERN:SERVICE_PRINCIPAL'],
  ])('only services that are known (%#)', async (change, principal, answer) => {
    expect(await change(principal)).toBe(answer);
  });

  test('is not taken from a service whose policy type is enabled', async () => {
    await enable('securityhub.amazonaws.com');
    await org.enable('SECURITYHUB_POLICY');
    expect(await disable('securityhub.amazonaws.com')).toBe(
      'ConstraintViolationException POLICY_TYPE_ENABLED_FOR_THIS_SERVICE',
    );
    await call('DisablePolicyType', { RootId: org.rootId, PolicyType: 'SECURITYHUB_POLICY' });
    expect(await disable('securityhub.amazonaws.com')).toBe('Success');
  });
});

describe('delegated administrators', () => {
  test('need trusted access first', async () => {
    expect(await register(account)).toBe('ConstraintViolationException SERVICE_ACCESS_NOT_ENABLED');
  });

  describe('of a trusted service', () => {
    beforeAll(async () => {
      await enable(BACKUP);
      await enable('guardduty.amazonaws.com');
    });

    test('are members, not the management account', async () => {
      const answer = 'ConstraintViolationException CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR';
      expect([await register(org.managementId), await deregister(org.managementId)]).toEqual([answer, answer]);
      expect([await register('000000000000'), await deregister('000000000000')]).toEqual([
        'AccountNotFoundException',
        'AccountNotFoundException',
      ]);
    });

    test('are active accounts', async () => {
      const suspended = await org.account('suspended');
      const { db } = org.server.installation;
      await db.updateTable('account').set({ state: 'SUSPENDED' }).where('id', '=', suspended).execute();
      expect(await register(suspended)).toBe(
        'ConstraintViolationException CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
      );
    });

    test('are registered once and deregistered once', async () => {
      expect(await outcome(call('ListDelegatedServicesForAccount', { AccountId: account }))).toBe(
        'AccountNotRegisteredException',
      );
      expect([await register(account), await register(account)]).toEqual([
        'Success',
        'AccountAlreadyRegisteredException',
      ]);
      expect([await deregister(account), await deregister(account)]).toEqual([
        'Success',
        'AccountNotRegisteredException',
      ]);
    });

    test('are listed by service, and each once over all services with its first date', async () => {
      await register(account, 'guardduty.amazonaws.com');
      clock.advance(1_000);
      await register(account);
      const services = (await call('ListDelegatedServicesForAccount', { AccountId: account })) as {
        DelegatedServices: { ServicePrincipal: string; DelegationEnabledDate: Date }[];
      };
      expect(services.DelegatedServices.map(({ ServicePrincipal }) => ServicePrincipal)).toEqual([
        BACKUP,
        'guardduty.amazonaws.com',
      ]);
      const first = services.DelegatedServices[1]?.DelegationEnabledDate;
      const all = (await call('ListDelegatedAdministrators', {})) as { DelegatedAdministrators: object[] };
      expect(all.DelegatedAdministrators).toEqual([
        {
          Id: account,
          Arn: `arn:aws:organizations::${org.managementId}:account/${org.id}/${account}`,
          Email: expect.any(String),
          Name: 'one',
          Status: 'ACTIVE',
          State: 'ACTIVE',
          JoinedMethod: 'CREATED',
          JoinedTimestamp: expect.any(Date),
          DelegationEnabledDate: first,
        },
      ]);
      const none = await call('ListDelegatedAdministrators', { ServicePrincipal: 'ram.amazonaws.com' });
      expect(none).toMatchObject({ DelegatedAdministrators: [] });
    });

    test('of backup are five, of GuardDuty one', async () => {
      const others = [];
      for (const name of ['two', 'three', 'four', 'five', 'six']) others.push(await org.account(name));
      const answers = await Promise.all(others.map((other) => register(other)));
      expect(answers.toSorted()).toEqual([
        'ConstraintViolationException MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED',
        ...Array.from({ length: 4 }, () => 'Success'),
      ]);
      expect(await register(others[0] ?? '', 'guardduty.amazonaws.com')).toBe(
        'ConstraintViolationException DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE',
      );
    });
  });
});
