/** The server as a library: for the demo, tests and benchmarks, which look inside. Users run `holdfast start`. */
export { type Config, ConfigError, type Configuration, readConfig } from './config.ts';
export { allConnectors } from './connectors/all.ts';
export { PROFILE } from './first-boot.ts';
export { jsonLogger } from './json-log.ts';
export type { Surroundings } from './life.ts';
export { loadServices } from './services/all.ts';
export { isForPeople } from './start-refusal.ts';
export { type RunningServer, startServer } from './start-server.ts';
