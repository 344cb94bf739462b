export type { ByteSource } from './byte-source.ts';
export type {
  Connector,
  KeptContents,
  ResourceRef,
  Restored,
  RestoreOrder,
  RestorePlan,
  Source,
} from './connector.ts';
export { type ContractCase, type ContractHarness, connectorContract } from './contract.ts';
export { ConnectorFailure, type FailureCategory } from './failure.ts';
export { type FileFault, fileFaultOf } from './file-fault.ts';
export {
  type Ended,
  linesOf,
  type ProcessOrder,
  ProgramMissing,
  processRunner,
  type RunningProcess,
  type RunProcess,
} from './process.ts';
export { type CheckedProperties, checkProperties, type Property, type PropertySchema } from './properties.ts';
