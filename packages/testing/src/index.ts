/**
 * A Holdfast server for the length of a test: `await using holdfast = await startHoldfast()`.
 * Guide: docs/guide/testing.md.
 */
export { HoldfastError } from './ask.ts';
export type {
  Account,
  ClientConfig,
  Credentials,
  Happened,
  Holdfast,
  Passed,
  Restored,
  Settled,
  StartOptions,
} from './holdfast.ts';
export { startHoldfast } from './start-holdfast.ts';
