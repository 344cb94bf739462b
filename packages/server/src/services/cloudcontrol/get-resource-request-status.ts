import {
  GetResourceRequestStatus$,
  type GetResourceRequestStatusInput,
  type GetResourceRequestStatusOutput,
} from '@aws-sdk/client-cloudcontrol';
import type { Checked } from '@holdfast/wire';
import { findResourceRequest } from '../../store/resources.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { requestTokenNotFound } from './errors.ts';
import { progressOf } from './requests.ts';

type Input = Checked<GetResourceRequestStatusInput, 'RequestToken'>;

export const getResourceRequestStatus = readingOperation(
  GetResourceRequestStatus$,
  async ({ RequestToken: token }: Input, call: ReadCall): Promise<GetResourceRequestStatusOutput> => {
    const row = await findResourceRequest(call.db, call, token);
    if (!row) throw requestTokenNotFound(token);
    return { ProgressEvent: progressOf(row) };
  },
);
