/**
 * DescribePublication as the AWS SDKs would describe it (see model.ts for the form).
 * docs/reference/what-if.md describes the same for callers.
 */
const NAMESPACE = 'dev.holdfast';
const OPERATION = 9;
const STRUCTURE = 3;
const LIST = 1;
const TEXT = 0;
const INTEGER = 1;
const TIMESTAMP = 4;

const Publication = [
  STRUCTURE,
  NAMESPACE,
  'Publication',
  0,
  ['PolicyType', 'Status', 'ChangesWaiting', 'AccountsWaiting', 'WaitingSince', 'LastChangedAt', 'LastPublishedAt'],
  [TEXT, TEXT, INTEGER, INTEGER, TIMESTAMP, TIMESTAMP, TIMESTAMP],
] as const;
const Publications = [LIST, NAMESPACE, 'Publications', 0, () => Publication] as const;

const DescribePublicationRequest = [
  STRUCTURE,
  NAMESPACE,
  'DescribePublicationRequest',
  0,
  ['PolicyType'],
  [TEXT],
] as const;
const DescribePublicationResponse = [
  STRUCTURE,
  NAMESPACE,
  'DescribePublicationResponse',
  0,
  ['Publications', 'AccountsWaitingForPlans'],
  [() => Publications, INTEGER],
] as const;
export const DescribePublication$ = [
  OPERATION,
  NAMESPACE,
  'DescribePublication',
  0,
  () => DescribePublicationRequest,
  () => DescribePublicationResponse,
] as const;

export interface DescribePublicationInput {
  readonly PolicyType?: string;
}
