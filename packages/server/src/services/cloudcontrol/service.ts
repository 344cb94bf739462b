/** Cloud Control: registration of resources, by the connectors' types. */
import * as sdk from '@aws-sdk/client-cloudcontrol';
import { constraintTables, defineService, validationException } from '@holdfast/wire';
import { createResource } from './create-resource.ts';
import { deleteResource } from './delete-resource.ts';
import { getResource } from './get-resource.ts';
import { getResourceRequestStatus } from './get-resource-request-status.ts';
import { listResourceRequests } from './list-resource-requests.ts';
import { listResources } from './list-resources.ts';
import { updateResource } from './update-resource.ts';

export const cloudControlService = defineService({
  sdk,
  name: 'cloudcontrolapi',
  title: 'AWS Cloud Control API',
  protocol: { kind: 'awsJson', version: '1.0', target: 'CloudApiService' },
  constraints: constraintTables.cloudcontrolapi,
  violation: validationException,
  handlers: {
    createResource,
    deleteResource,
    getResource,
    getResourceRequestStatus,
    listResourceRequests,
    listResources,
    updateResource,
  },
  // Requests are done at once: there is never one to cancel.
  notImplemented: ['CancelResourceRequest'],
});
