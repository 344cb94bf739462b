export { type Arn, formatArn, parseArn } from './arn.ts';
export { assert, present, unreachable } from './assert.ts';
export { type LogFields, type LoggedEvent, type Logger, memoryLogger, silentLogger } from './log.ts';
export { type Random, randomDigits, randomText, seededRandom, systemRandom, uuid } from './random.ts';
export {
  type Clock,
  DAY_MS,
  HOUR_MS,
  type Instant,
  isoTime,
  ManualClock,
  MINUTE_MS,
  SECOND_MS,
  systemClock,
} from './time.ts';
