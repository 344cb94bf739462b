/**
 * What SARIF 2.1.0 demands of the objects that we write: required properties, no others than it knows, their kinds.
 *
 * Written from the standard (OASIS, section 3), of its properties those that we use; no package brings its JSON schema
 * without fetching it from the network. A property that we begin to write must be added here with its rule.
 */

type Rule = (value: unknown, at: string) => readonly string[];

interface Shape {
  readonly required?: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
}

/** What is wrong with a log; empty if nothing. */
export function sarifFaults(log: unknown): readonly string[] {
  return LOG(log, '$');
}

const text: Rule = (value, at) => (typeof value === 'string' && value !== '' ? [] : [`${at}: not a text`]);
const level: Rule = oneOf('none', 'note', 'warning', 'error');
const message: Rule = object({ required: { text } });
const uri: Rule = (value, at) =>
  typeof value === 'string' && /^([A-Za-z0-9\-._~!$&'()*+,;=:@/?#[\]]|%[0-9A-Fa-f]{2})+$/.test(value)
    ? []
    : [`${at}: not a URI reference`];

const location = object({
  optional: {
    physicalLocation: object({
      required: { artifactLocation: object({ required: { uri } }) },
      optional: { region: object({ optional: { startLine: from(1), startColumn: from(1) } }) },
    }),
    logicalLocations: listOf(object({ required: { fullyQualifiedName: text } })),
  },
});
const result = object({
  required: { message },
  optional: { ruleId: text, ruleIndex: from(-1), level, locations: listOf(location) },
});
const rule = object({
  required: { id: text },
  optional: {
    shortDescription: message,
    fullDescription: message,
    defaultConfiguration: object({ optional: { level } }),
  },
});
const driver = object({ required: { name: text }, optional: { rules: listOf(rule) } });
const run = object({
  required: { tool: object({ required: { driver } }) },
  optional: { results: listOf(result), columnKind: oneOf('utf16CodeUnits', 'unicodeCodePoints') },
});
const LOG: Rule = object({
  required: { version: oneOf('2.1.0'), runs: listOf(run) },
  optional: { $schema: uri },
});

function object({ required = {}, optional = {} }: Shape): Rule {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: not an object`];
    const missing = Object.keys(required).filter((name) => !Object.hasOwn(value, name));
    const faults = Object.entries(value).flatMap(([name, child]) => {
      const known = required[name] ?? optional[name];
      return known ? known(child, `${at}.${name}`) : [`${at}: ${name} is unknown`];
    });
    return [...missing.map((name) => `${at}: ${name} is missing`), ...faults];
  };
}

function listOf(item: Rule): Rule {
  return (value, at) =>
    Array.isArray(value) ? value.flatMap((one, index) => item(one, `${at}[${index}]`)) : [`${at}: not a list`];
}

function from(min: number): Rule {
  return (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min ? [] : [`${at}: not a number from ${min}`];
}

function oneOf(...values: readonly string[]): Rule {
  return (value, at) => (values.some((one) => one === value) ? [] : [`${at}: not one of ${values.join(', ')}`]);
}
