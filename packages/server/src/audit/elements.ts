/**
 * Inputs and outputs as a record shows them: members in camel case, moments as CloudTrail writes them, and nothing that
 * must stay secret.
 *
 * What is secret is said by the model (`sensitive`), and by a list of names where the model is silent; the test
 * tests/audit/secrets.test.ts marks every member of every operation and looks for the marks.
 * Source: CloudTrail's "record contents"; that of Organizations for its own mask.
 */
import type { Shape, StructureShape } from '@holdfast/wire';

/** Bytes of a member such as `requestParameters`, as CloudTrail limits it. */
const TEXT_BYTES_MAX = 100_000;
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
/** Organizations' own. */
const MASKED = '****';

/** Members that are secret whatever a model says. */
const SECRET_MEMBERS = new Set([
  'AuthenticationCode1',
  'AuthenticationCode2',
  'Base32StringSeed',
  'ContextAssertion',
  'DesiredState',
  'EncodedMessage',
  'NewPassword',
  'OldPassword',
  'Password',
  'PatchDocument',
  'Properties',
  'QRCodePNG',
  'ResourceModel',
  'SAMLAssertion',
  'SecretAccessKey',
  'SessionToken',
  'SubjectToken',
  'TokenCode',
  'TradeInToken',
  'WebIdentityToken',
]);

/** JSON of `value`, which is of `shape`, or of a note that it is too large; `null` when there is nothing in it. */
export function elementsText(service: string, shape: StructureShape | undefined, value: unknown): string {
  if (!shape || typeof value !== 'object' || value === null) return 'null';
  const hidden = service === 'organizations' ? MASKED : HIDDEN;
  const text = JSON.stringify(structure(shape, value, hidden));
  if (text === '{}') return 'null';
  if (text.length <= TEXT_BYTES_MAX / 3) return text;
  const originalSize = Buffer.byteLength(text);
  return originalSize <= TEXT_BYTES_MAX ? text : JSON.stringify({ omitted: true, originalSize, reason: 'TooLarge' });
}

function structure({ members }: StructureShape, value: object, hidden: string): Record<string, unknown> {
  const given: Readonly<Record<string, unknown>> = { ...value };
  const shown: Record<string, unknown> = {};
  for (const { name, sensitive, shape } of members) {
    const member = given[name];
    if (member === undefined || member === null) continue;
    shown[camelCase(name)] = sensitive || SECRET_MEMBERS.has(name) ? hidden : element(shape(), member, hidden);
  }
  return shown;
}

function element(shape: Shape, value: unknown, hidden: string): unknown {
  if (value === null || value === undefined) return null;
  switch (shape.kind) {
    case 'list':
      return Array.isArray(value) ? value.map((item) => element(shape.item, item, hidden)) : null;
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]): [string, unknown] => [key, element(shape.value, item, hidden)]),
      );
    case 'structure':
      return typeof value === 'object' ? structure(shape, value, hidden) : null;
    case 'timestamp':
      return value instanceof Date ? momentText(value) : value;
    case 'blob':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : null;
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      return shape satisfies never;
  }
}

/** `AWSServiceName` is `aWSServiceName`, as CloudTrail has it. */
function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Sep 16, 2030 9:20:50 PM`, of UTC. */
export function momentText(at: Date): string {
  const hours = at.getUTCHours();
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  const time = `${hours % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${day} ${time} ${hours < 12 ? 'AM' : 'PM'}`;
}
