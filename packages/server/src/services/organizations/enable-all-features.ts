/**
 * Begins the way from consolidated billing to all features: invited members have to approve, created ones that lost
 * Organizations' role to let it be made again. The management account finishes with AcceptHandshake.
 * Source: organizations spec 2.3, 9.
 */
import { EnableAllFeatures$, type EnableAllFeaturesResponse } from '@aws-sdk/client-organizations';
import { DAY_MS } from '@holdfast/kernel';
import {
  cancelPending,
  type Handshake,
  type HandshakeAction,
  type HandshakeFact,
  insertHandshakes,
  pendingHandshakes,
} from '../../store/handshakes.ts';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import { countMembers, listMembers, type MemberAccount } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { organizationArn } from './arns.ts';
import { about } from './authorization.ts';
import { asManagement } from './caller.ts';
import { constraintViolation, handshakeConstraint } from './errors.ts';
import { factsOfSender } from './handshake-facts.ts';
import { newHandshakeId } from './ids.ts';
import { accountsWithServiceLinkedRole } from './service-linked-role.ts';
import { handshakeShape } from './shapes.ts';

const LIFETIME_MS = 90 * DAY_MS;
const MEMBERS_MAX = 5_000;

export const enableAllFeatures = operation(
  EnableAllFeatures$,
  async (_input: object, call: Call): Promise<EnableAllFeaturesResponse> => {
    const { tx, now } = call;
    const organization = await asManagement(call);
    await lockOrganization(tx, organization.id);
    await needMigratable(call, organization);
    await cancelPending(tx, { organizationId: organization.id, action: 'INVITE' }, now);
    const asked = await membersToAsk(call, organization);
    const sender = { organization, facts: await factsOfSender(tx, organization) };
    const parent = newHandshake(call, sender, { action: 'ENABLE_ALL_FEATURES' });
    const state = asked.length === 0 ? 'OPEN' : 'REQUESTED';
    const children = asked.map(({ accountId, action }) => ({
      ...newHandshake(call, sender, { action, accountId, parentId: parent.id }),
      state: 'OPEN' as const,
    }));
    await insertHandshakes(tx, [{ ...parent, state }, ...children]);
    return { Handshake: handshakeShape({ ...parent, state }) };
  },
  about(({ organization }) => ({ arns: [organizationArn(organization)] })),
);

async function needMigratable({ tx, now }: Call, { id, featureSet }: Organization): Promise<void> {
  if (featureSet === 'ALL') {
    // AWS's words, as recorded.
    throw handshakeConstraint(
      'ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
      'All features are already enabled on this organization.',
    );
  }
  if ((await pendingHandshakes(tx, id, 'ENABLE_ALL_FEATURES', now)).length > 0) {
    throw handshakeConstraint(
      'ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION',
      'Enabling all features has begun already.',
    );
  }
  if ((await countMembers(tx, id)) > MEMBERS_MAX) {
    throw constraintViolation(
      'ALL_FEATURES_MIGRATION_ORGANIZATION_SIZE_LIMIT_EXCEEDED',
      `An organization with more than ${MEMBERS_MAX} accounts cannot change over.`,
    );
  }
}

interface Asked {
  readonly accountId: string;
  readonly action: Extract<HandshakeAction, 'APPROVE_ALL_FEATURES' | 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE'>;
}

async function membersToAsk({ tx }: Call, organization: Organization): Promise<Asked[]> {
  const members = await listMembers(tx, { organizationId: organization.id }, { after: undefined, limit: MEMBERS_MAX });
  const asked = members.filter((member) => mustAnswer(organization, member));
  const withRole = await accountsWithServiceLinkedRole(
    tx,
    asked.map(({ id }) => id),
  );
  return asked.flatMap(({ id: accountId, joinedMethod }): Asked[] => {
    if (joinedMethod === 'INVITED') return [{ accountId, action: 'APPROVE_ALL_FEATURES' }];
    return withRole.has(accountId) ? [] : [{ accountId, action: 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE' }];
  });
}

/** Nobody can answer for a closed account. */
function mustAnswer({ managementAccountId }: Organization, { id, state }: MemberAccount): boolean {
  return id !== managementAccountId && (state === 'ACTIVE' || state === 'PENDING_ACTIVATION');
}

interface Purpose {
  readonly action: HandshakeAction;
  readonly accountId?: string;
  readonly parentId?: string;
}

interface Sender {
  readonly organization: Organization;
  readonly facts: HandshakeFact;
}

function newHandshake(
  { now, installation }: Call,
  { organization, facts: sender }: Sender,
  { action, accountId, parentId }: Purpose,
): Omit<Handshake, 'state'> {
  return {
    id: newHandshakeId(installation.random),
    action,
    organizationId: organization.id,
    managementAccountId: organization.managementAccountId,
    accountId,
    email: undefined,
    parentId,
    facts: parentId === undefined ? [sender] : [sender, { type: 'PARENT_HANDSHAKE', value: parentId }],
    tags: [],
    requestedAt: now,
    expiresAt: now + LIFETIME_MS,
  };
}
