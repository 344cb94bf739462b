export { AwsError, type CommonError, type ErrorMembers, type ErrorSchema } from './aws-error.ts';
export * from './common-errors.ts';
export type { Constraint, ConstraintTable } from './constraints/table.ts';
export type { Credential, FindCredential, Invocation, Invoke, Violation } from './contract.ts';
export { defineService, type Handlers, type Handles, type ServiceDefinition } from './define-service.ts';
export type { Checked, InputOf, OperationName, OperationSchema, OutputOf } from './sdk-types.ts';
export type {
  Exemption,
  OperationStatus,
  ProtocolName,
  Service,
  ServiceSettings,
  ViolationKind,
  ViolationMapper,
} from './service.ts';
