/**
 * The operations of Holdfast's own service, in the form in which the AWS SDKs describe theirs, so that the wire layer
 * serves them like any other: signed, checked, in AWS's JSON.
 *
 * A tuple is `[kind, namespace, name, traits, …]`; of a structure follow the members' names, their shapes, and how many
 * of them, from the first on, are required. docs/reference/what-if.md describes the same for callers.
 */
const NAMESPACE = 'dev.holdfast';
const OPERATION = 9;
const STRUCTURE = 3;
const LIST = 1;
const TEXT = 0;
const INTEGER = 1;

const Change = [
  STRUCTURE,
  NAMESPACE,
  'Change',
  0,
  ['Kind', 'Policy', 'Target', 'Name', 'Content'],
  [TEXT, TEXT, TEXT, TEXT, TEXT],
  1,
] as const;
const Changes = [LIST, NAMESPACE, 'Changes', 0, () => Change] as const;

const PreviewPolicyChangeRequest = [
  STRUCTURE,
  NAMESPACE,
  'PreviewPolicyChangeRequest',
  0,
  ['PolicyType', 'Changes'],
  [TEXT, () => Changes],
  2,
] as const;
const PreviewPolicyChangeResponse = [
  STRUCTURE,
  NAMESPACE,
  'PreviewPolicyChangeResponse',
  0,
  ['Effect', 'ChangedAccounts', 'UnchangedAccounts', 'Groups'],
  [TEXT, INTEGER, INTEGER, TEXT],
] as const;
export const PreviewPolicyChange$ = [
  OPERATION,
  NAMESPACE,
  'PreviewPolicyChange',
  0,
  () => PreviewPolicyChangeRequest,
  () => PreviewPolicyChangeResponse,
] as const;

const ExplainEffectivePolicyRequest = [
  STRUCTURE,
  NAMESPACE,
  'ExplainEffectivePolicyRequest',
  0,
  ['PolicyType', 'TargetId', 'Path', 'Changes'],
  [TEXT, TEXT, TEXT, () => Changes],
  2,
] as const;
const ExplainEffectivePolicyResponse = [
  STRUCTURE,
  NAMESPACE,
  'ExplainEffectivePolicyResponse',
  0,
  ['TargetId', 'PolicyContent', 'Explanation'],
  [TEXT, TEXT, TEXT],
] as const;
export const ExplainEffectivePolicy$ = [
  OPERATION,
  NAMESPACE,
  'ExplainEffectivePolicy',
  0,
  () => ExplainEffectivePolicyRequest,
  () => ExplainEffectivePolicyResponse,
] as const;

const Values = [LIST, NAMESPACE, 'Values', 0, TEXT] as const;
const ContextEntry = [STRUCTURE, NAMESPACE, 'ContextEntry', 0, ['Key', 'Values'], [TEXT, () => Values], 2] as const;
const Context = [LIST, NAMESPACE, 'Context', 0, () => ContextEntry] as const;

const ExplainAccessRequest = [
  STRUCTURE,
  NAMESPACE,
  'ExplainAccessRequest',
  0,
  ['PrincipalArn', 'Action', 'ResourceArn', 'Context'],
  [TEXT, TEXT, TEXT, () => Context],
  2,
] as const;
const ExplainAccessResponse = [
  STRUCTURE,
  NAMESPACE,
  'ExplainAccessResponse',
  0,
  ['Decision', 'Because', 'Explanation'],
  [TEXT, TEXT, TEXT],
] as const;
export const ExplainAccess$ = [
  OPERATION,
  NAMESPACE,
  'ExplainAccess',
  0,
  () => ExplainAccessRequest,
  () => ExplainAccessResponse,
] as const;

/** As the wire layer hands them over: required members are there. */
export interface WrittenChange {
  readonly Kind: string;
  readonly Policy?: string;
  readonly Target?: string;
  readonly Name?: string;
  readonly Content?: string;
}

export interface PreviewInput {
  readonly PolicyType: string;
  readonly Changes: readonly WrittenChange[];
}

export interface ExplainInput {
  readonly PolicyType: string;
  readonly TargetId: string;
  readonly Path?: string;
  readonly Changes?: readonly WrittenChange[];
}

export interface ExplainAccessInput {
  readonly PrincipalArn: string;
  readonly Action: string;
  readonly ResourceArn?: string;
  readonly Context?: readonly { readonly Key: string; readonly Values: readonly string[] }[];
}
