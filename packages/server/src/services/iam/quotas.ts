/** IAM's default quotas. Characters of documents are counted without whitespace. Source: "IAM and AWS STS quotas". */
export const ACCESS_KEYS_PER_USER = 2;
export const POLICIES_PER_PRINCIPAL = 10;
export const TAGS_PER_PRINCIPAL = 50;
export const TRUST_POLICY_CHARS = 2_048;
export const MANAGED_POLICY_CHARS = 6_144;
/** Of all inline policies together. */
export const INLINE_POLICY_CHARS = { role: 10_240, user: 2_048 } as const;
/** Size of a list's page when the caller names none. */
export const PAGE_SIZE = 100;

export function policyChars(document: string): number {
  return document.replaceAll(/\s/g, '').length;
}
