/**
 * The faults that the last evaluation found. Path and time are answered only while there are any, then on every page.
 * Source: organizations spec 6.3; recorded rules B.8, B.13.3.
 */
import {
  type EffectivePolicyValidationError,
  ListEffectivePolicyValidationErrors$,
  type ListEffectivePolicyValidationErrorsRequest,
  type ListEffectivePolicyValidationErrorsResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type EffectivePolicyFault, type ValidationReport, validationReport } from '../../store/effective-policies.ts';
import { isPolicyTypeEnabled } from '../../store/organizations-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { accountArn } from './arns.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { effectivePolicyTypeNotEnabled, targetNotSupported } from './errors.ts';
import { listPage, nextToken } from './listing.ts';
import { needAccount } from './nodes.ts';

const ACCOUNT_ID = /^\d{12}$/;

type Input = Checked<ListEffectivePolicyValidationErrorsRequest, 'AccountId' | 'PolicyType'>;
export const listEffectivePolicyValidationErrors = readingOperation(
  ListEffectivePolicyValidationErrors$,
  async (input: Input, call: ReadCall): Promise<ListEffectivePolicyValidationErrorsResponse> => {
    const { AccountId: accountId, PolicyType: type } = input;
    const organization = await asReader(call);
    if (!ACCOUNT_ID.test(accountId)) throw targetNotSupported();
    await needAccount(call.db, organization, accountId);
    if (!(await isPolicyTypeEnabled(call.db, organization.id, type))) throw effectivePolicyTypeNotEnabled();
    const report = await validationReport(call.db, accountId, type);
    const faults = await listPage<NumberedFault, number>(call, ListEffectivePolicyValidationErrors$, input, {
      read: async ({ after = 0, limit }) => numbered(report).slice(after, after + limit),
      cursorOf: ({ number }) => number,
    });
    return {
      AccountId: accountId,
      PolicyType: type,
      EffectivePolicyValidationErrors: faults.items.map(({ fault }) => errorShape(fault)),
      ...(report && report.faults.length > 0
        ? { Path: report.path, EvaluationTimestamp: new Date(report.evaluatedAt) }
        : {}),
      ...nextToken(faults),
    };
  },
  about<Input>(({ input, organization }) => ({
    arns: [accountArn(organization, input.AccountId)],
    policyType: input.PolicyType,
    ids: [input.AccountId],
  })),
);

interface NumberedFault {
  readonly number: number;
  readonly fault: EffectivePolicyFault;
}

/** Faults have no key; their place in the report, from 1, is one until the next evaluation. */
function numbered(report: ValidationReport | undefined): NumberedFault[] {
  return (report?.faults ?? []).map((fault, index) => ({ number: index + 1, fault }));
}

function errorShape(fault: EffectivePolicyFault): EffectivePolicyValidationError {
  return {
    ErrorCode: fault.errorCode,
    ErrorMessage: fault.errorMessage,
    PathToError: fault.pathToError,
    ContributingPolicies: [...fault.contributingPolicies],
  };
}
