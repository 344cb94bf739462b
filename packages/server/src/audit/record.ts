/**
 * A record in CloudTrail's form, and the row that it is kept in: one for each account that is told of the event.
 *
 * Source: CloudTrail's "record contents", event version 1.11. Not here: what happened (recorder.ts, service-events.ts).
 */
import { type Instant, type Random, uuid } from '@holdfast/kernel';
import type { AuditRowContent } from '../store/audit-records.ts';
import { type NamedResource, namesOf } from './resources.ts';
import { wholeSeconds } from './user-identity.ts';

const EVENT_VERSION = '1.11';
/** Of the user agent and of messages, as CloudTrail limits them. */
const TEXT_CHARS_MAX = 1_024;
/** Of columns, so that what is in an index together stays below its 2,704 bytes, at three a character. */
const NAME_CHARS_MAX = 256;
const RESOURCE_CHARS_MAX = 800;
/** Services that AWS has once for all regions, and the region that records of them stand in. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'organizations']);
const GLOBAL_REGION = 'us-east-1';

export interface AuditEvent {
  readonly at: Instant;
  /** Who reads it: the first is where it happened; `undefined` is the operator alone. */
  readonly accountIds: readonly (string | undefined)[];
  /** The signing name: `backup`. */
  readonly service: string;
  readonly name: string;
  readonly region: string;
  readonly readOnly: boolean;
  /** JSON. */
  readonly userIdentity: object;
  /** As all accounts but the first are told; they learn neither name nor key. Default: as the first is. */
  readonly foreignIdentity?: object | undefined;
  readonly username?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** JSON texts. */
  readonly request: string;
  readonly response: string;
  readonly requestId?: string | undefined;
  readonly resources: readonly NamedResource[];
  /** Of what a service did by itself. */
  readonly details?: object | undefined;
  readonly additional?: object | undefined;
  /** Default: a service event where there are details, a call of the API otherwise. */
  readonly eventType?: 'AwsApiCall' | 'AwsConsoleSignIn' | undefined;
}

export function rowsOf(event: AuditEvent, random: Random): AuditRowContent[] {
  const sharedEventId = event.accountIds.length > 1 ? uuid(random) : undefined;
  const region = GLOBAL_SERVICES.has(event.service) ? GLOBAL_REGION : event.region;
  const types = event.resources.flatMap(({ type }) => (type === undefined ? [] : [type]));
  const names = namesOf(event.resources).map((name) => storable(name, RESOURCE_CHARS_MAX));
  return event.accountIds.map((accountId, place) => {
    const id = uuid(random);
    const isForeign = place > 0 && event.foreignIdentity !== undefined;
    return {
      event_at: event.at,
      id,
      account_id: accountId ?? null,
      region: storable(region),
      event_source: storable(sourceOf(event.service)),
      event_name: storable(event.name),
      read_only: event.readOnly,
      username: isForeign || event.username === undefined ? null : storable(event.username),
      access_key_id: isForeign || event.accessKeyId === undefined ? null : storable(event.accessKeyId),
      resource_types: types.length > 0 ? [...new Set(types)] : null,
      resource_names: names.length > 0 ? names : null,
      record: recordText(event, { id, region, accountId, sharedEventId, isForeign }),
    };
  });
}

interface Copy {
  readonly id: string;
  readonly region: string;
  readonly accountId: string | undefined;
  readonly sharedEventId: string | undefined;
  readonly isForeign: boolean;
}

/** Written member by member: request and response are JSON already. */
function recordText(event: AuditEvent, { id, region, accountId, sharedEventId, isForeign }: Copy): string {
  const { error, details, additional, requestId, resources } = event;
  const eventType = event.eventType ?? (details ? 'AwsServiceEvent' : 'AwsApiCall');
  const members = [
    `"eventVersion":"${EVENT_VERSION}"`,
    `"userIdentity":${JSON.stringify(isForeign ? event.foreignIdentity : event.userIdentity)}`,
    `"eventTime":"${wholeSeconds(event.at)}"`,
    `"eventSource":${JSON.stringify(sourceOf(event.service))}`,
    `"eventName":${JSON.stringify(event.name)}`,
    `"awsRegion":${JSON.stringify(region)}`,
    `"sourceIPAddress":${JSON.stringify(event.sourceIp)}`,
    `"userAgent":${JSON.stringify(event.userAgent.slice(0, TEXT_CHARS_MAX))}`,
  ];
  if (error) {
    members.push(`"errorCode":${JSON.stringify(error.code)}`);
    members.push(`"errorMessage":${JSON.stringify(error.message.slice(0, TEXT_CHARS_MAX))}`);
  }
  members.push(`"requestParameters":${event.request}`, `"responseElements":${event.response}`);
  if (additional) members.push(`"additionalEventData":${JSON.stringify(additional)}`);
  if (requestId !== undefined) members.push(`"requestID":${JSON.stringify(requestId)}`);
  members.push(`"eventID":"${id}"`, `"readOnly":${event.readOnly}`);
  if (resources.length > 0) members.push(`"resources":${JSON.stringify(resources.map(shownResource))}`);
  members.push(`"eventType":"${eventType}"`, '"managementEvent":true');
  if (accountId !== undefined) members.push(`"recipientAccountId":"${accountId}"`);
  if (sharedEventId !== undefined) members.push(`"sharedEventID":"${sharedEventId}"`);
  if (details) members.push(`"serviceEventDetails":${JSON.stringify(details)}`);
  members.push('"eventCategory":"Management"');
  return `{${members.join(',')}}`;
}

function shownResource({ arn, accountId, type }: NamedResource): object {
  return { ...(accountId !== undefined && { accountId }), ...(type !== undefined && { type }), ARN: arn };
}

/**
 * What a column keeps as it is, and its indices. Half a character would be kept as another one, which its code denies;
 * a zero, or what is too long for an index, not at all: every record behind it would wait for ever.
 */
function storable(text: string, charsMax = NAME_CHARS_MAX): string {
  return text.slice(0, charsMax).toWellFormed().replaceAll('\0', '?');
}

/** Of a service of ours its name alone: it is none of Amazon's. */
function sourceOf(service: string): string {
  return service.startsWith('holdfast') ? service : `${service}.amazonaws.com`;
}
