export { AwsError, type CommonError, type ErrorMembers, type ErrorSchema } from './aws-error.ts';
export type { Checked, Credential, FindCredential, Invocation, Invoke, Violation } from './contract.ts';
