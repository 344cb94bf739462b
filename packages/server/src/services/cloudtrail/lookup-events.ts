/**
 * LookupEvents: what is on record of the caller's account and region, newest first.
 *
 * A record of a change is there with the change, others within two seconds. Source: CloudTrail's API reference; the
 * texts of errors are ours, AWS's are not published.
 */
import {
  type Event,
  InvalidLookupAttributesException$,
  InvalidNextTokenException$,
  InvalidTimeRangeException$,
  LookupEvents$,
  type LookupEventsRequest,
  type LookupEventsResponse,
  type Resource,
  UnsupportedOperationException$,
} from '@aws-sdk/client-cloudtrail';
import type { Instant } from '@holdfast/kernel';
import { AwsError, type Checked } from '@holdfast/wire';
import { type AuditFilter, type AuditRow, lookUpRecords } from '../../store/audit-records.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { page } from '../pagination.ts';

type Input = Checked<LookupEventsRequest>;

const PAGE_SIZE = 50;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What is no id at all names no event, as an unknown one. */
const NOBODYS_ID = '00000000-0000-0000-0000-000000000000';
/** CloudTrail takes one. */
const ATTRIBUTES_MAX = 1;

export const lookupEvents = readingOperation(
  LookupEvents$,
  async (input: Input, call: ReadCall): Promise<LookupEventsResponse> => {
    const { LookupAttributes: attributes, EventCategory: category, MaxResults: maxResults, NextToken: token } = input;
    if (category) throw new AwsError(UnsupportedOperationException$, 'Insights events are not recorded here.');
    const range = timeRange(input, call.now);
    const filter = filterOf(attributes ?? []);
    const { items, nextToken } = await page<AuditRow, { at: number; id: string }>(call, {
      operation: LookupEvents$,
      parameters: { attributes, start: input.StartTime?.getTime(), end: input.EndTime?.getTime() },
      token,
      maxResults,
      defaultSize: PAGE_SIZE,
      invalidToken: () => new AwsError(InvalidNextTokenException$, 'The token is not one of this question.'),
      read: (after, limit) =>
        lookUpRecords(call.db, {
          accountId: call.accountId,
          region: call.region,
          ...range,
          filter,
          after: after && { event_at: after.at, id: after.id },
          limit,
        }),
      cursorOf: ({ event_at: at, id }) => ({ at, id }),
    });
    return { Events: items.map(shownEvent), ...(nextToken !== undefined && { NextToken: nextToken }) };
  },
);

function timeRange({ StartTime: start, EndTime: end }: Input, now: Instant): { from: Instant; to: Instant } {
  const range = { from: start?.getTime() ?? 0, to: end?.getTime() ?? now };
  if (range.from <= range.to) return range;
  throw new AwsError(InvalidTimeRangeException$, 'The start time is after the end time.');
}

function filterOf(attributes: NonNullable<Input['LookupAttributes']>): AuditFilter {
  if (attributes.length > ATTRIBUTES_MAX) {
    throw new AwsError(InvalidLookupAttributesException$, 'One lookup attribute at a time.');
  }
  const [attribute] = attributes;
  if (!attribute) return {};
  const { AttributeKey: key, AttributeValue: value } = attribute;
  switch (key) {
    case 'AccessKeyId':
      return { accessKeyId: value };
    case 'EventId':
      return { eventId: UUID.test(value) ? value : NOBODYS_ID };
    case 'EventName':
      return { eventName: value };
    case 'EventSource':
      return { eventSource: value };
    case 'ReadOnly':
      return { readOnly: truth(value) };
    case 'ResourceName':
      return { resourceName: value };
    case 'ResourceType':
      return { resourceType: value };
    case 'Username':
      return { username: value };
    default:
      throw new AwsError(InvalidLookupAttributesException$, 'There is no such lookup attribute.');
  }
}

function truth(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new AwsError(InvalidLookupAttributesException$, 'ReadOnly is true or false.');
}

function shownEvent(row: AuditRow): Event {
  return {
    EventId: row.id,
    EventName: row.event_name,
    ReadOnly: String(row.read_only),
    ...(row.access_key_id !== null && { AccessKeyId: row.access_key_id }),
    EventTime: new Date(row.event_at),
    EventSource: row.event_source,
    ...(row.username !== null && { Username: row.username }),
    Resources: shownResources(row.record),
    CloudTrailEvent: row.record,
  };
}

function shownResources(record: string): Resource[] {
  const { resources = [] } = JSON.parse(record) as { resources?: { type?: string; ARN: string }[] };
  return resources.map(({ type, ARN: arn }) => ({
    ...(type !== undefined && { ResourceType: type }),
    ResourceName: arn,
  }));
}
