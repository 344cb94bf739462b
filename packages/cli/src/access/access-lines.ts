/** An explanation of access as lines that a person reads: the verdict, what decided, what came near. */
import type { Colours } from '../output/colour.ts';
import { printable } from '../output/text-width.ts';
import type { AccessExplanation, Finding, Miss } from './explanation.ts';

const LAYERS: Readonly<Record<string, string>> = {
  identity: 'identity policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource policy',
  trust: 'trust policy',
  'service-control': 'service control policy',
  'resource-control': 'resource control policy',
};

export function accessLines(explanation: AccessExplanation, colours: Colours): string[] {
  const { decision, because, principalArn, action, resource, notes } = explanation;
  const verdict = decision === 'ALLOWED' ? colours.good('allowed') : colours.bad('denied ');
  return [
    `${verdict}  ${colours.strong(printable(action))} on ${printable(resource)}`,
    `${colours.faint('for')}      ${printable(principalArn)}`,
    ...(because === undefined ? [] : [`${colours.faint('why')}      ${printable(spoken(because))}`]),
    ...(decision === 'ALLOWED' ? grantLines(explanation, colours) : denialLines(explanation, colours)),
    ...notes.map((note) => `${colours.faint('note')}     ${printable(note)}`),
  ];
}

/** Without what the other lines say: which policy it was. */
function spoken(because: string): string {
  return because.replace(/^because /, '').replace(/: arn:\S+$/, '');
}

function grantLines({ decidedBy, principalArn }: AccessExplanation, colours: Colours): string[] {
  const grants = decidedBy.filter(({ origin: { layer } }) => ['identity', 'resource', 'trust'].includes(layer));
  const limits = decidedBy.filter((finding) => !grants.includes(finding));
  const root = /:root$/.test(principalArn) ? ['the root of an account needs no policy'] : [];
  return [
    ...listed('by', [...root, ...grants.map(placeOf)], colours),
    ...listed('within', together(limits).map(placeOf), colours),
  ];
}

/** The same statement of the same policy on several levels, in one line. */
function together(findings: readonly Finding[]): Finding[] {
  const byStatement = Map.groupBy(findings, ({ origin, statement }) =>
    JSON.stringify([origin.layer, origin.policy, statement]),
  );
  return [...byStatement.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const on = [first, ...others].map(({ origin }) => origin.on).join(', ');
    return [{ ...first, origin: { ...first.origin, on } }];
  });
}

function denialLines({ decidedBy, nearest, missingAt, because = '' }: AccessExplanation, colours: Colours): string[] {
  if (decidedBy.length > 0) return listed('by', decidedBy.map(placeOf), colours);
  const at = missingAt === undefined ? [] : listed('at', [missingAt], colours);
  if (nearest.length === 0) {
    const isHidden = missingAt !== undefined || /does not exist/.test(because);
    return isHidden ? at : [...at, ...listed('nearest', ['no statement names the action'], colours)];
  }
  return [...at, ...nearest.flatMap((finding, index) => nearLines(finding, index === 0, colours))];
}

function nearLines(finding: Finding, isFirst: boolean, colours: Colours): string[] {
  const title = colours.faint(isFirst ? 'nearest' : '       ');
  return [`${title}  ${placeOf(finding)}`, ...finding.misses.map((miss) => `           ${missText(miss, colours)}`)];
}

function listed(title: string, texts: readonly string[], colours: Colours): string[] {
  return texts.map((text, index) => `${colours.faint((index === 0 ? title : '').padEnd(7))}  ${text}`);
}

/** `identity policy "start" of user ann, statement 2 "OnlyProd"` */
function placeOf({ origin, statement, sid }: Finding): string {
  const { layer, policy, name, on } = origin;
  const kind = LAYERS[layer] ?? layer;
  const isOfResource = layer === 'resource' || layer === 'trust';
  const of = layer.endsWith('-control') ? 'on' : 'of';
  const hangs = isOfResource ? `${kind} of ${on}` : `${kind} ${quoted(name, policy)} ${of} ${on}`;
  return printable(`${hangs}, statement ${statement}${sid ? ` "${sid}"` : ''}`);
}

function quoted(name: string | undefined, policy: string): string {
  if (policy.startsWith('arn:')) return policy;
  // AWS's own are called by their id.
  return name === undefined || policy === `p-${name}` ? `"${name ?? policy}"` : `"${name}" (${policy})`;
}

function missText(miss: Miss, colours: Colours): string {
  if (miss.element !== 'Condition') return printable(`${miss.element} is ${JSON.stringify(miss.written)}`);
  const { operator, key, wanted, actual } = miss;
  const is = actual === undefined ? 'the request has no such key' : `it is ${texts(actual)}`;
  return `${printable(`${operator} ${key} ${texts(wanted)}`)}${colours.warn(`: ${printable(is)}`)}`;
}

function texts(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}
