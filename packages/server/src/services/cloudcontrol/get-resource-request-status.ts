import {
  GetResourceRequestStatus$,
  type GetResourceRequestStatusInput,
  type GetResourceRequestStatusOutput,
} from '@aws-sdk/client-cloudcontrol';
import type { Checked } from '@holdfast/wire';
import { findResourceRequest } from '../../store/resources.ts';
import { type Call, operation } from '../operation.ts';
import { requestTokenNotFound } from './errors.ts';
import { progressOf } from './requests.ts';

type Input = Checked<GetResourceRequestStatusInput, 'RequestToken'>;

export const getResourceRequestStatus = operation(
  GetResourceRequestStatus$,
  async ({ RequestToken: token }: Input, call: Call): Promise<GetResourceRequestStatusOutput> => {
    const row = await findResourceRequest(call.tx, call, token);
    if (!row) throw requestTokenNotFound(token);
    return { ProgressEvent: progressOf(row) };
  },
);
