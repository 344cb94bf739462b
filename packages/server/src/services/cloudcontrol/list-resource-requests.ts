import {
  ListResourceRequests$,
  type ListResourceRequestsInput,
  type ListResourceRequestsOutput,
} from '@aws-sdk/client-cloudcontrol';
import { type ResourceRequestRow, listResourceRequests as readRequests } from '../../store/resources.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { page } from '../pagination.ts';
import { invalidRequest } from './errors.ts';
import { progressOf } from './requests.ts';

const PAGE_SIZE = 20;

interface After {
  readonly [column: string]: string | number;
  readonly createdAt: number;
  readonly token: string;
}

export const listResourceRequests = readingOperation(
  ListResourceRequests$,
  async (input: ListResourceRequestsInput, call: ReadCall): Promise<ListResourceRequestsOutput> => {
    const { NextToken: token, MaxResults: maxResults, ResourceRequestStatusFilter: filter } = input;
    const { Operations: operations, OperationStatuses: statuses } = filter ?? {};
    const { items, nextToken } = await page<ResourceRequestRow, After>(call, {
      operation: ListResourceRequests$,
      parameters: { operations, statuses },
      token,
      maxResults,
      defaultSize: PAGE_SIZE,
      invalidToken: () => invalidRequest('The NextToken is not one of this list.'),
      read: (after, limit) => readRequests(call.db, call, { operations, statuses, after, limit }),
      cursorOf: (row) => ({ createdAt: row.created_at, token: row.token }),
    });
    return { ResourceRequestStatusSummaries: items.map(progressOf), NextToken: nextToken };
  },
);
