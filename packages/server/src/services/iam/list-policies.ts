import { ListPolicies$, type ListPoliciesRequest, type ListPoliciesResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { MANAGED_POLICIES } from '../../authorization/managed-policies.ts';
import { countAttachments } from '../../store/identity-attachments.ts';
import { listPolicies as readPolicies } from '../../store/identity-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { invalid } from './errors.ts';
import { listPage, truncation } from './listing.ts';
import { type AnyPolicy, arnOf, policyShape } from './shapes.ts';

/** AWS's own come first, each part by name. */
type Place = { readonly part: 'aws' | 'customer'; readonly name: string };
type Input = Checked<ListPoliciesRequest>;

export const listPolicies = readingOperation(
  ListPolicies$,
  async (input: Input, call: ReadCall): Promise<ListPoliciesResponse> => {
    const { Scope: scope, OnlyAttached: onlyAttached, PathPrefix: pathPrefix, PolicyUsageFilter: usage } = input;
    if (usage === 'PermissionsBoundary')
      throw invalid('PolicyUsageFilter PermissionsBoundary is not supported here yet.');
    const managed = scope === 'Local' ? [] : await awsPolicies(call, pathPrefix ?? '/', onlyAttached ?? false);
    const page = await listPage<AnyPolicy, Place>(call, ListPolicies$, input, {
      parameters: { scope, onlyAttached, pathPrefix, usage },
      read: async (after, limit) => {
        const first =
          after?.part === 'customer' ? [] : managed.filter(({ policy }) => policy.name > (after?.name ?? ''));
        if (scope === 'AWS' || first.length >= limit) return first.slice(0, limit);
        const own = await readPolicies(call.db, {
          accountId: call.accountId,
          pathPrefix: pathPrefix ?? '/',
          onlyAttached: onlyAttached ?? false,
          after: after?.part === 'customer' ? after.name : undefined,
          limit: limit - first.length,
        });
        return [...first, ...own.map((policy): AnyPolicy => ({ kind: 'customer', policy }))];
      },
      cursorOf: ({ kind, policy }) => ({ part: kind, name: policy.name }),
    });
    const attachments = await countAttachments(call.db, call.accountId, page.items.map(arnOf));
    const shapes = page.items.map((policy) => policyShape(policy, attachments.get(arnOf(policy)) ?? 0, false));
    return { Policies: shapes, ...truncation(page) };
  },
);

async function awsPolicies(call: ReadCall, pathPrefix: string, onlyAttached: boolean): Promise<AnyPolicy[]> {
  const below = MANAGED_POLICIES.filter(({ path }) => path.startsWith(pathPrefix));
  const attachments = await countAttachments(
    call.db,
    call.accountId,
    below.map(({ arn }) => arn),
  );
  return below
    .filter(({ arn }) => !onlyAttached || attachments.has(arn))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((policy) => ({ kind: 'aws', policy }));
}
