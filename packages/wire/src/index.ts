export { AwsError, type CommonError, type ErrorMembers, type ErrorSchema } from './aws-error.ts';
export * from './common-errors.ts';
export { constraintTables } from './constraints/load.ts';
export type { Constraint, ConstraintTable } from './constraints/table.ts';
export type {
  Credential,
  FindCredential,
  Invocation,
  Invoke,
  InvokeUnsigned,
  Refusal,
  UnsignedInvocation,
  Violation,
} from './contract.ts';
export { defineService, type Handlers, type Handles, type ServiceDefinition } from './define-service.ts';
export { createEndpoint, type EndpointSettings } from './endpoint/endpoint.ts';
export type { Claim, Gate } from './endpoint/gate.ts';
export { httpServer, type SocketLimits, socketLimits } from './endpoint/http-server.ts';
export { defaultLimits, type EndpointLimits } from './endpoint/limits.ts';
export { readBody } from './endpoint/read-body.ts';
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
export type { Api, OperationShape, Shape, StructureShape } from './shape.ts';
export { readApi } from './smithy.ts';
export { backupViolation } from './violations/backup.ts';
export { cloudtrailViolation } from './violations/cloudtrail.ts';
export { organizationsViolation } from './violations/organizations.ts';
export { validationError, validationException } from './violations/validation-error.ts';
