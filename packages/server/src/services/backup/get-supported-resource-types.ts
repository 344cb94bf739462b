/** GetSupportedResourceTypes: what this installation has connectors for. Source: backup spec 16.1. */
import { GetSupportedResourceTypes$ } from '@aws-sdk/client-backup';
import { SUPPORTED_RESOURCE_TYPES } from '../../plans/resource-types.ts';
import { operation } from '../operation.ts';

export const getSupportedResourceTypes = operation(GetSupportedResourceTypes$, async (_input: object) => ({
  ResourceTypes: [...SUPPORTED_RESOURCE_TYPES],
}));
