/**
 * Moves an account to another parent. Its own policies move along; the effective ones are made anew.
 * Source: organizations spec 2.4, Q11.
 */
import {
  DestinationParentNotFoundException$,
  DuplicateAccountException$,
  MoveAccount$,
  type MoveAccountRequest,
  SourceParentNotFoundException$,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { moveMember, nodeById } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asManagement } from './caller.ts';
import { placeChanged } from './effective-changes.ts';
import { needAccount } from './nodes.ts';

type Input = Checked<MoveAccountRequest, 'AccountId' | 'SourceParentId' | 'DestinationParentId'>;
export const moveAccount = operation(
  MoveAccount$,
  async (input: Input, call: Call): Promise<object> => {
    const { AccountId: accountId, SourceParentId: sourceId, DestinationParentId: destinationId } = input;
    const { tx } = call;
    const organization = await asManagement(call);
    await lockOrganization(tx, organization.id);
    const account = await needAccount(tx, organization, accountId);
    // Also for a parent that exists and is another than the account's (organizations spec Q11).
    if (account.parentId !== sourceId) {
      throw new AwsError(SourceParentNotFoundException$, 'The account is not in the source that you specified.');
    }
    const destination = await nodeById(tx, organization.id, destinationId);
    if (!destination) {
      throw new AwsError(DestinationParentNotFoundException$, "You specified a destination that doesn't exist.");
    }
    if (destination.id === account.parentId) {
      throw new AwsError(DuplicateAccountException$, 'The account is already in the destination.');
    }
    const path = await moveMember(tx, accountId, destination);
    await placeChanged(call, organization.id, path);
    return {};
  },
  targets<Input>((input) => [input.AccountId, input.SourceParentId, input.DestinationParentId]),
);
