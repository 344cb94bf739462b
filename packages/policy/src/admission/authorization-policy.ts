/**
 * The outer form of service and resource control policies: a JSON object with a version and statements.
 *
 * A minimum: what the statements say is read by the authorizer, which refuses what it does not understand.
 * Source: organizations spec 11.
 */
import { type Diagnostic, diagnosticsOf, type Finding } from '../document/diagnostic.ts';
import { type JsonNode, type JsonObject, positions } from '../json/json-node.ts';
import { parseJson } from '../json/parse-json.ts';

const VERSIONS = ['2012-10-17', '2008-10-17'];

/** Empty if the text passes. Never throws. */
export function checkAuthorizationPolicy(text: string): readonly Diagnostic[] {
  const { value, faults } = parseJson(text);
  const findings: Finding[] = [...faults];
  if (value) findings.push(...checkPolicy(value));
  return diagnosticsOf(findings, positions(text));
}

function* checkPolicy(value: JsonNode): Generator<Finding, void, void> {
  if (value.kind !== 'object') return yield notAnObject(value, [], 'A policy');
  const version = memberOf(value, 'Version');
  // Without one the policy is admitted, as IAM's are (recorded: delegated creation of a service control policy).
  if (version && (version.kind !== 'string' || !VERSIONS.includes(version.text))) {
    yield missing(version, ['Version'], `Version must be ${VERSIONS.join(' or ')}`);
  }
  const statement = memberOf(value, 'Statement');
  if (!statement) return yield missing(value, ['Statement'], 'Statement is missing');
  const statements = statement.kind === 'array' ? statement.items : [statement];
  for (const [index, one] of statements.entries()) yield* checkStatement(one, ['Statement', String(index)]);
}

function* checkStatement(value: JsonNode, path: readonly string[]): Generator<Finding, void, void> {
  if (value.kind !== 'object') return yield notAnObject(value, path, 'A statement');
  const effect = memberOf(value, 'Effect');
  if (effect?.kind !== 'string' || (effect.text !== 'Allow' && effect.text !== 'Deny')) {
    yield missing(effect ?? value, [...path, 'Effect'], 'Effect must be Allow or Deny');
  }
  if (!memberOf(value, 'Action') && !memberOf(value, 'NotAction')) {
    yield missing(value, [...path, 'Action'], 'A statement needs Action or NotAction');
  }
}

function memberOf(object: JsonObject, name: string): JsonNode | undefined {
  return object.members.find((member) => member.name === name)?.value;
}

function notAnObject(value: JsonNode, path: readonly string[], what: string): Finding {
  return { code: 'not-an-object', offset: value.offset, path, message: `${what} is a JSON object` };
}

function missing(value: JsonNode, path: readonly string[], message: string): Finding {
  return { code: 'missing-key', offset: value.offset, path, message };
}
