/**
 * Who may come in, and how often: the endpoint asks at four places of a request's way. What is counted, and by whom, is
 * the server's matter; without a gate, everybody may, as often as they like.
 */

/** What a request says of itself before anything of it is believed. */
export interface Claim {
  readonly service: string;
  readonly sourceIp: string;
  /** Undefined: there is no signature, and the operation needs none. */
  readonly accessKeyId: string | undefined;
}

/** Each may throw an AwsError, which is the answer. */
export interface Gate<Identity> {
  /** Before the signature is looked at. */
  claimed(claim: Claim): void;
  /** How that ended. */
  checked(claim: Claim, signature: 'good' | 'bad'): void;
  /** Before the input is read. */
  identified(identity: Identity, service: string): void;
  /** Before the operation is carried out. */
  asked(identity: Identity, service: string, operation: string): void;
}

export const openGate: Gate<unknown> = {
  claimed: () => undefined,
  checked: () => undefined,
  identified: () => undefined,
  asked: () => undefined,
};
