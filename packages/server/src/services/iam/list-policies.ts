import { ListPolicies$, type ListPoliciesRequest, type ListPoliciesResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { MANAGED_POLICIES } from '../../authorization/managed-policies.ts';
import { countPolicyUses, UNUSED } from '../../store/identity-attachments.ts';
import { listPolicies as readPolicies } from '../../store/identity-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage, truncation } from './listing.ts';
import { type AnyPolicy, arnOf, policyShape } from './shapes.ts';

/** AWS's own come first, each part by name. */
type Place = { readonly part: 'aws' | 'customer'; readonly name: string };
type Input = Checked<ListPoliciesRequest>;

interface Filter {
  readonly pathPrefix: string;
  /** Only policies that are attached to a user, group or role. */
  readonly attached: boolean;
  /** Only policies that bound a user or role. */
  readonly bounding: boolean;
}

export const listPolicies = readingOperation(
  ListPolicies$,
  async (input: Input, call: ReadCall): Promise<ListPoliciesResponse> => {
    const { Scope: scope, PathPrefix: path, OnlyAttached: onlyAttached, PolicyUsageFilter: usage } = input;
    const filter: Filter = {
      pathPrefix: path ?? '/',
      attached: (onlyAttached ?? false) || usage === 'PermissionsPolicy',
      bounding: usage === 'PermissionsBoundary',
    };
    const managed = scope === 'Local' ? [] : await awsPolicies(call, filter);
    const page = await listPage<AnyPolicy, Place>(call, ListPolicies$, input, {
      parameters: { scope, filter },
      read: async (after, limit) => {
        const first =
          after?.part === 'customer' ? [] : managed.filter(({ policy }) => policy.name > (after?.name ?? ''));
        if (scope === 'AWS' || first.length >= limit) return first.slice(0, limit);
        const own = await readPolicies(call.db, {
          ...filter,
          accountId: call.accountId,
          after: after?.part === 'customer' ? after.name : undefined,
          limit: limit - first.length,
        });
        return [...first, ...own.map((policy): AnyPolicy => ({ kind: 'customer', policy }))];
      },
      cursorOf: ({ kind, policy }) => ({ part: kind, name: policy.name }),
    });
    const uses = await countPolicyUses(call.db, call.accountId, page.items.map(arnOf));
    const shapes = page.items.map((policy) => policyShape(policy, uses.get(arnOf(policy)), false));
    return { Policies: shapes, ...truncation(page) };
  },
);

async function awsPolicies(call: ReadCall, { pathPrefix, attached, bounding }: Filter): Promise<AnyPolicy[]> {
  const below = MANAGED_POLICIES.filter(({ path }) => path.startsWith(pathPrefix));
  const arns = below.map(({ arn }) => arn);
  const uses = await countPolicyUses(call.db, call.accountId, attached || bounding ? arns : []);
  return below
    .filter(({ arn }) => {
      const used = uses.get(arn) ?? UNUSED;
      return (!attached || used.attached > 0) && (!bounding || used.bounding > 0);
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((policy) => ({ kind: 'aws', policy }));
}
