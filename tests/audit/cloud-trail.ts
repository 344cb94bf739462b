/** What the tests of the record share: a server, and what is on record there. */
import {
  CloudTrailClient,
  type Event,
  LookupEventsCommand,
  type LookupEventsRequest,
} from '@aws-sdk/client-cloudtrail';
import { present } from '@holdfast/kernel';
import type { CallerOptions, TestServer } from '../../packages/server/src/testing/server.ts';

/** A record as far as the tests look into it. */
export interface EventRecord {
  readonly eventName: string;
  readonly eventType: string;
  readonly awsRegion: string;
  readonly readOnly: boolean;
  readonly recipientAccountId?: string;
  readonly sharedEventID?: string;
  readonly errorCode?: string;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: Readonly<Record<string, unknown>> | null;
  readonly serviceEventDetails?: Readonly<Record<string, unknown>>;
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** Everything that is on record, oldest first; what was gathered is written before. */
export async function allRecords(server: TestServer): Promise<EventRecord[]> {
  await server.tick('audit');
  const { db } = server.installation;
  const rows = await db.selectFrom('audit_record').select('record').orderBy('event_at').orderBy('id').execute();
  return rows.map(({ record }) => JSON.parse(record) as EventRecord);
}

export async function lookUp(
  server: TestServer,
  input: LookupEventsRequest = {},
  caller: CallerOptions = {},
): Promise<Event[]> {
  await server.tick('audit');
  return (await server.client(CloudTrailClient, caller).send(new LookupEventsCommand(input))).Events ?? [];
}

export function recordOf(event: Event | undefined): EventRecord {
  return JSON.parse(present(event?.CloudTrailEvent, 'CloudTrailEvent')) as EventRecord;
}
