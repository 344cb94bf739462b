/**
 * The parts of the command line tool that other clients of the server are made of, such as the demo.
 */
export type { CommandContext } from './command-context.ts';
export { type NewAccount, newAccount } from './commands/account-create.ts';
export { askOperator } from './connection/operator.ts';
export { configFile, credentialsFile, PROFILE_NAME, type Profile, readProfile } from './connection/profile.ts';
export { type Credentials, inAccount, type Session } from './connection/session.ts';
export { followJobs, hasEnded } from './jobs/job-progress.ts';
export { backupRow, copyRow, type JobRow, restoreRow } from './jobs/job-rows.ts';
export { type Colours, colourOfState } from './output/colour.ts';
export { explain } from './output/explain.ts';
export { type LiveArea, liveArea } from './output/live-area.ts';
export { formatBytes, formatDuration, formatMoment, plural } from './output/quantities.ts';
export { type Column, tableLines } from './output/table.ts';
export { type Terminal, terminal } from './output/terminal.ts';
export { policyLevels } from './policies/policy-levels.ts';
export { type ExplainedPolicy, explainPolicy, type Refusal, type Setting } from './policies/settings.ts';
export { createResource, DIRECTORY_TYPE, POSTGRESQL_TYPE, type RegisteredResource } from './resources/cloud-control.ts';
export { pause } from './waiting.ts';
