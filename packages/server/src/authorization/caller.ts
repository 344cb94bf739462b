/**
 * Who signed a request: the identity behind an access key.
 * Source: IAM's principal ARNs; spec/organizations 2.1 for what kinds of callers the services tell apart.
 */

interface CallerOf {
  readonly accountId: string;
  /** As GetCallerIdentity prints it: `arn:aws:iam::1…:user/x`, `arn:aws:sts::1…:assumed-role/R/session`, `arn:aws:iam::1…:root`. */
  readonly arn: string;
  /** As GetCallerIdentity prints it: `AIDA…`, `AROA…:session`, the account id for root. */
  readonly userId: string;
  readonly accessKeyId: string;
}

export type Caller =
  | (CallerOf & { readonly kind: 'root' })
  | (CallerOf & { readonly kind: 'user'; readonly userName: string })
  | (CallerOf & {
      readonly kind: 'session';
      /** The assumed role; its policies decide. */
      readonly roleArn: string;
      readonly sessionName: string;
      /** Session policies given to AssumeRole: the session may do what the role and these both allow. */
      readonly sessionPolicies: readonly string[];
      readonly expiresAt: number;
    });
