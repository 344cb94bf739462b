/** GetSupportedResourceTypes: what this installation has connectors for. Source: backup spec 16.1. */
import { GetSupportedResourceTypes$ } from '@aws-sdk/client-backup';
import { SUPPORTED_RESOURCE_TYPES } from '../../plans/resource-types.ts';
import { readingOperation } from '../operation.ts';

export const getSupportedResourceTypes = readingOperation(GetSupportedResourceTypes$, async (_input: object) => ({
  ResourceTypes: [...SUPPORTED_RESOURCE_TYPES],
}));
