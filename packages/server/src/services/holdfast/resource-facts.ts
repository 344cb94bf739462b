/**
 * What a request about a resource would find there: its own policy, its tags, and the condition keys that follow from
 * what it is.
 *
 * Operations know some keys that nobody can know beforehand (what a request asks for); those are given by who asks.
 * Source: IAM's service authorization references of Backup, IAM, Organizations and STS.
 */
import { parseArn } from '@holdfast/kernel';
import type { ConditionContext, Question } from '../../authorization/authorizer.ts';
import { contextOfIdentityTags } from '../../authorization/context.ts';
import { tagsOf as backupTagsOf } from '../../store/backup-tags.ts';
import type { Queryable } from '../../store/database.ts';
import { findPolicy } from '../../store/identity-policies.ts';
import { findRoleByArn } from '../../store/identity-roles.ts';
import { findUser } from '../../store/identity-users.ts';
import { membershipOf } from '../../store/organizations.ts';
import { tagsOf as organizationTagsOf } from '../../store/organizations-tags.ts';

export interface ResourceFacts {
  readonly context: ConditionContext;
  readonly resourcePolicy: Question['resourcePolicy'];
  /** What has a say beside the policies, in sentences. */
  readonly notes: readonly string[];
}

export interface Asked {
  /** The principal's account. */
  readonly accountId: string;
  readonly action: string;
  readonly resource: string;
  /** Whether who asks may see what belongs to the organization. */
  readonly seesOrganization: boolean;
}

export async function factsOfResource(db: Queryable, asked: Asked): Promise<ResourceFacts> {
  const { action, resource } = asked;
  const service = (action.split(':', 1)[0] ?? '').toLowerCase();
  switch (service) {
    case 'backup':
      return { context: tagContext(await backupTagsOf(db, resource)), resourcePolicy: undefined, notes: [] };
    case 'organizations':
      return organizationFacts(db, asked);
    case 'iam':
    case 'sts':
      return identityFacts(db, resource, service);
    default:
      return { context: {}, resourcePolicy: undefined, notes: [] };
  }
}

async function organizationFacts(
  db: Queryable,
  { accountId, resource, seesOrganization }: Asked,
): Promise<ResourceFacts> {
  const membership = await membershipOf(db, accountId);
  if (!membership) {
    const notes = ['The account is in no organization, so most operations of Organizations have nothing to act on.'];
    return { context: {}, resourcePolicy: undefined, notes };
  }
  const { id, managementAccountId } = membership.organization;
  const [kind = '', , ...rest] = parseArn(resource)?.resource.split('/') ?? [];
  const tags = seesOrganization ? await organizationTagsOf(db, id, rest.at(-1) ?? '') : [];
  const [type] = rest;
  return {
    context: {
      ...tagContext(Object.fromEntries(tags.map(({ key, value }) => [key, value]))),
      'aws:resourceaccount': [managementAccountId],
      ...(kind === 'policy' && type !== undefined && { 'organizations:policytype': [type.toUpperCase()] }),
    },
    resourcePolicy: undefined,
    notes: accountId === managementAccountId ? [] : [OF_MEMBERS],
  };
}

const OF_MEMBERS =
  'Organizations has rules of its own beside these policies: what the management account may, members may only as' +
  ' delegated administrators (reading) or through the delegation policy.';

async function identityFacts(db: Queryable, resource: string, service: 'iam' | 'sts'): Promise<ResourceFacts> {
  const arn = parseArn(resource);
  const [kind = '', ...path] = arn?.resource.split('/') ?? [];
  const nothing = { context: {}, resourcePolicy: undefined, notes: [] };
  if (arn?.service !== 'iam') return nothing;
  switch (kind) {
    case 'role': {
      const role = await findRoleByArn(db, resource);
      if (!role) return nothing;
      const { trust_policy: document, account_id: accountId } = role;
      const trust = { document, kind: 'trust', accountId } as const;
      return {
        ...nothing,
        context: contextOfIdentityTags(role.tags),
        resourcePolicy: service === 'sts' ? trust : undefined,
      };
    }
    case 'user':
      return {
        ...nothing,
        context: contextOfIdentityTags((await findUser(db, arn.accountId, path.at(-1) ?? ''))?.tags ?? {}),
      };
    case 'policy':
      return { ...nothing, context: contextOfIdentityTags((await findPolicy(db, resource))?.tags ?? {}) };
    default:
      return nothing;
  }
}

type Tags = Readonly<Record<string, string>>;

function tagContext(tags: Tags): ConditionContext {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:resourcetag/${key.toLowerCase()}`, [value]]),
  );
}
