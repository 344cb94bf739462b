import { ListResources$, type ListResourcesInput, type ListResourcesOutput } from '@aws-sdk/client-cloudcontrol';
import type { Checked } from '@holdfast/wire';
import { type ResourceRow, registrationsOf } from '../../store/resources.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { page } from '../pagination.ts';
import { invalidRequest } from './errors.ts';
import { describe } from './registration.ts';
import { connectorNamed, refuse } from './requests.ts';

const PAGE_SIZE = 100;

type Input = Checked<ListResourcesInput, 'TypeName'>;

export const listResources = readingOperation(
  ListResources$,
  async (input: Input, call: ReadCall): Promise<ListResourcesOutput> => {
    const { TypeName: typeName, NextToken: token, MaxResults: maxResults } = input;
    refuse({ ...input }, ['TypeVersionId', 'RoleArn', 'ResourceModel']);
    connectorNamed(call, typeName);
    const { accountId, region } = call;
    const { items, nextToken } = await page<ResourceRow, string>(call, {
      operation: ListResources$,
      parameters: { typeName },
      token,
      maxResults,
      defaultSize: PAGE_SIZE,
      invalidToken: () => invalidRequest('The NextToken is not one of this list.'),
      read: (after, limit) => registrationsOf(call.db, { accountId, region, typeName }, { after, limit }),
      cursorOf: (row) => row.identifier,
    });
    return { TypeName: typeName, ResourceDescriptions: items.map(describe), NextToken: nextToken };
  },
);
