import {
  ListEntitiesForPolicy$,
  type ListEntitiesForPolicyRequest,
  type ListEntitiesForPolicyResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import {
  type HolderKind,
  listPolicyHolders,
  type PolicyHolder,
  type PolicyHolderList,
} from '../../store/identity-attachments.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { listPage, truncation } from './listing.ts';
import { requirePolicy } from './managed.ts';
import { arnOf } from './shapes.ts';

type Place = Pick<PolicyHolder, 'kind' | 'name'> & { readonly [column: string]: string };
type Input = Checked<ListEntitiesForPolicyRequest>;

/** Who uses a policy, in the caller's own account. */
export const listEntitiesForPolicy = readingOperation(
  ListEntitiesForPolicy$,
  async (input: Input, call: ReadCall): Promise<ListEntitiesForPolicyResponse> => {
    const list: Omit<PolicyHolderList, 'after' | 'limit'> = {
      accountId: call.accountId,
      policyArn: arnOf(await requirePolicy(call, input.PolicyArn)),
      kinds: kindsOf(input.EntityFilter),
      usage: usageOf(input.PolicyUsageFilter),
      pathPrefix: input.PathPrefix ?? '/',
    };
    const page = await listPage<PolicyHolder, Place>(call, ListEntitiesForPolicy$, input, {
      parameters: { list },
      read: (after, limit) => listPolicyHolders(call.db, { ...list, after, limit }),
      cursorOf: ({ kind, name }) => ({ kind, name }),
    });
    const of = (kind: HolderKind) => page.items.filter((holder) => holder.kind === kind);
    return {
      PolicyGroups: of('group').map(({ id, name }) => ({ GroupId: id, GroupName: name })),
      PolicyRoles: of('role').map(({ id, name }) => ({ RoleId: id, RoleName: name })),
      PolicyUsers: of('user').map(({ id, name }) => ({ UserId: id, UserName: name })),
      ...truncation(page),
    };
  },
  aboutPolicy(),
);

function usageOf(filter: Input['PolicyUsageFilter']): PolicyHolderList['usage'] {
  switch (filter) {
    case 'PermissionsPolicy':
      return 'attached';
    case 'PermissionsBoundary':
      return 'bounding';
    case undefined:
    case null:
      return 'any';
  }
}

/** The other kinds of entity that the filter knows are policies: nobody of them holds one. */
function kindsOf(filter: Input['EntityFilter']): readonly HolderKind[] {
  switch (filter) {
    case 'Group':
      return ['group'];
    case 'Role':
      return ['role'];
    case 'User':
      return ['user'];
    case 'LocalManagedPolicy':
    case 'AWSManagedPolicy':
      return [];
    case undefined:
    case null:
      return ['group', 'role', 'user'];
  }
}
