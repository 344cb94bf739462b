/**
 * The policy types of AWS Organizations and their numbers.
 *
 * Source: organizations spec 3. Where it knows no number (marked there with a question mark), the one that most types
 * share.
 */

export type PolicyType =
  | 'SERVICE_CONTROL_POLICY'
  | 'RESOURCE_CONTROL_POLICY'
  | 'TAG_POLICY'
  | 'BACKUP_POLICY'
  | 'AISERVICES_OPT_OUT_POLICY'
  | 'CHATBOT_POLICY'
  | 'DECLARATIVE_POLICY_EC2'
  | 'SECURITYHUB_POLICY'
  | 'SECURITYHUB_CSPM_POLICY'
  | 'INSPECTOR_POLICY'
  | 'BEDROCK_POLICY'
  | 'S3_POLICY'
  | 'GUARDDUTY_POLICY'
  | 'NETWORK_SECURITY_DIRECTOR_POLICY'
  | 'UPGRADE_ROLLOUT_POLICY';

/** The types that merge along the tree into one effective policy per account. */
export type ManagementPolicyType = Exclude<PolicyType, 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY'>;

export interface PolicyTypeFacts {
  /** Authorization policies are evaluated with each request; management policies merge. */
  readonly family: 'authorization' | 'management';
  /** Characters (UTF-16 code units) of the content as sent. */
  readonly contentMax: number;
  /** Policies of this type in one organization. */
  readonly policiesMax: number;
  /** Policies of this type on one root, OU or account, while the type is enabled. */
  readonly attachedMin: number;
  readonly attachedMax: number;
}

const management: PolicyTypeFacts = {
  family: 'management',
  contentMax: 10_000,
  policiesMax: 1_000,
  attachedMin: 0,
  attachedMax: 10,
};
const authorization: PolicyTypeFacts = {
  family: 'authorization',
  contentMax: 10_240,
  policiesMax: 10_000,
  attachedMin: 1,
  attachedMax: 10,
};

export const POLICY_TYPES: Readonly<Record<PolicyType, PolicyTypeFacts>> = {
  SERVICE_CONTROL_POLICY: authorization,
  RESOURCE_CONTROL_POLICY: { ...authorization, contentMax: 5_120, policiesMax: 2_000, attachedMax: 5 },
  TAG_POLICY: management,
  BACKUP_POLICY: management,
  AISERVICES_OPT_OUT_POLICY: { ...management, contentMax: 2_500, attachedMax: 5 },
  CHATBOT_POLICY: { ...management, attachedMax: 5 },
  DECLARATIVE_POLICY_EC2: management,
  SECURITYHUB_POLICY: management,
  SECURITYHUB_CSPM_POLICY: management,
  INSPECTOR_POLICY: management,
  BEDROCK_POLICY: management,
  S3_POLICY: management,
  GUARDDUTY_POLICY: management,
  NETWORK_SECURITY_DIRECTOR_POLICY: management,
  UPGRADE_ROLLOUT_POLICY: management,
};

export function isPolicyType(text: string): text is PolicyType {
  return Object.hasOwn(POLICY_TYPES, text);
}

export function isManagementPolicyType(type: PolicyType): type is ManagementPolicyType {
  return POLICY_TYPES[type].family === 'management';
}
