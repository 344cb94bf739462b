/**
 * Lengths, patterns and ranges of the Cloud Control API, written by hand from the limits that its API reference names
 * for each parameter: there is no model of it to generate from.
 */
import type { ConstraintTable } from './table.ts';

const page = { MaxResults: 'MaxResults', NextToken: 'NextToken' };
const type = { TypeName: 'TypeName', TypeVersionId: 'TypeVersionId', RoleArn: 'RoleArn' };

export const table: ConstraintTable = {
  shapes: {
    ClientToken: { length: [1, 128], pattern: '^[-A-Za-z0-9+/=]+$' },
    HandlerNextToken: { length: [1, 2048], pattern: '^.+$' },
    Identifier: { length: [1, 1024], pattern: '^.+$' },
    MaxResults: { integer: 32, range: [1, 100] },
    NextToken: { length: [1, 2048], pattern: '^[-A-Za-z0-9+/=]+$' },
    PatchDocument: { length: [1, 262144] },
    Properties: { length: [1, 262144] },
    RequestToken: { length: [1, 128], pattern: '^[-A-Za-z0-9+/=]+$' },
    RoleArn: { length: [20, 2048], pattern: '^arn:.+:iam::[0-9]{12}:role/.+$' },
    TypeName: { length: [10, 196], pattern: '^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$' },
    TypeVersionId: { length: [1, 128], pattern: '^[A-Za-z0-9-]+$' },
    Operation: { values: ['CREATE', 'DELETE', 'UPDATE'] },
    Operations: { item: 'Operation' },
    OperationStatus: {
      values: ['PENDING', 'IN_PROGRESS', 'SUCCESS', 'FAILED', 'CANCEL_IN_PROGRESS', 'CANCEL_COMPLETE'],
    },
    OperationStatuses: { item: 'OperationStatus' },
  },
  members: {
    CancelResourceRequestInput: { RequestToken: 'RequestToken' },
    CreateResourceInput: { ...type, ClientToken: 'ClientToken', DesiredState: 'Properties' },
    DeleteResourceInput: { ...type, ClientToken: 'ClientToken', Identifier: 'Identifier' },
    GetResourceInput: { ...type, Identifier: 'Identifier' },
    GetResourceRequestStatusInput: { RequestToken: 'RequestToken' },
    ListResourceRequestsInput: page,
    ListResourcesInput: {
      ...type,
      MaxResults: 'MaxResults',
      NextToken: 'HandlerNextToken',
      ResourceModel: 'Properties',
    },
    ResourceRequestStatusFilter: { Operations: 'Operations', OperationStatuses: 'OperationStatuses' },
    UpdateResourceInput: {
      ...type,
      ClientToken: 'ClientToken',
      Identifier: 'Identifier',
      PatchDocument: 'PatchDocument',
    },
  },
};
