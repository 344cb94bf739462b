/**
 * Responsibility for another organization's bills: there are no bills here, so nobody ever transfers any.
 *
 * The lists are empty, single transfers do not exist, and none can be begun. Source: organizations spec 2.4.
 */
import {
  DescribeResponsibilityTransfer$,
  type DescribeResponsibilityTransferRequest,
  type DescribeResponsibilityTransferResponse,
  InviteOrganizationToTransferResponsibility$,
  type InviteOrganizationToTransferResponsibilityRequest,
  type InviteOrganizationToTransferResponsibilityResponse,
  ListInboundResponsibilityTransfers$,
  type ListInboundResponsibilityTransfersRequest,
  type ListInboundResponsibilityTransfersResponse,
  ListOutboundResponsibilityTransfers$,
  type ListOutboundResponsibilityTransfersRequest,
  type ListOutboundResponsibilityTransfersResponse,
  ResponsibilityTransferNotFoundException$,
  TerminateResponsibilityTransfer$,
  type TerminateResponsibilityTransferRequest,
  type TerminateResponsibilityTransferResponse,
  UpdateResponsibilityTransfer$,
  type UpdateResponsibilityTransferRequest,
  type UpdateResponsibilityTransferResponse,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { type Call, operation, type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asDelegate, asManagement } from './caller.ts';
import { constraintViolation, invalidNextToken } from './errors.ts';

type Transfer = { readonly ResponsibilityTransfers: [] };

/** No list has a second page, so no token was ever given out. */
function noTransfers({ NextToken: token }: { readonly NextToken?: string | null | undefined }): Transfer {
  if (token !== undefined && token !== null) throw invalidNextToken();
  return { ResponsibilityTransfers: [] };
}

function transferNotFound(): AwsError {
  return new AwsError(
    ResponsibilityTransferNotFoundException$,
    "You specified a responsibility transfer that doesn't exist.",
  );
}

export const listInboundResponsibilityTransfers = readingOperation(
  ListInboundResponsibilityTransfers$,
  async (
    input: Checked<ListInboundResponsibilityTransfersRequest, 'Type'>,
    call: ReadCall,
  ): Promise<ListInboundResponsibilityTransfersResponse> => {
    await asDelegate(call);
    if (input.Id !== undefined && input.Id !== null) throw transferNotFound();
    return noTransfers(input);
  },
  about(),
);

export const listOutboundResponsibilityTransfers = readingOperation(
  ListOutboundResponsibilityTransfers$,
  async (
    input: Checked<ListOutboundResponsibilityTransfersRequest, 'Type'>,
    call: ReadCall,
  ): Promise<ListOutboundResponsibilityTransfersResponse> => {
    await asDelegate(call);
    return noTransfers(input);
  },
  about(),
);

export const describeResponsibilityTransfer = readingOperation(
  DescribeResponsibilityTransfer$,
  async (
    _input: Checked<DescribeResponsibilityTransferRequest, 'Id'>,
    call: ReadCall,
  ): Promise<DescribeResponsibilityTransferResponse> => {
    await asDelegate(call);
    throw transferNotFound();
  },
  about(),
);

export const updateResponsibilityTransfer = operation(
  UpdateResponsibilityTransfer$,
  async (
    _input: Checked<UpdateResponsibilityTransferRequest, 'Id' | 'Name'>,
    call: Call,
  ): Promise<UpdateResponsibilityTransferResponse> => {
    await asManagement(call);
    throw transferNotFound();
  },
  about(),
);

export const terminateResponsibilityTransfer = operation(
  TerminateResponsibilityTransfer$,
  async (
    _input: Checked<TerminateResponsibilityTransferRequest, 'Id'>,
    call: Call,
  ): Promise<TerminateResponsibilityTransferResponse> => {
    await asManagement(call);
    throw transferNotFound();
  },
  about(),
);

export const inviteOrganizationToTransferResponsibility = operation(
  InviteOrganizationToTransferResponsibility$,
  async (
    _input: Checked<
      InviteOrganizationToTransferResponsibilityRequest,
      'Type' | 'Target' | 'StartTimestamp' | 'SourceName'
    >,
    call: Call,
  ): Promise<InviteOrganizationToTransferResponsibilityResponse> => {
    await asManagement(call);
    throw constraintViolation('UNMET_BILLING_PREREQUISITE', 'There are no bills here that could be transferred.');
  },
  about(),
);
