/**
 * Condition operators of IAM policies, compiled once when a policy is read.
 *
 * Rules for a key that the request does not have: `…IfExists` passes, negated operators pass, `ForAllValues` passes,
 * all others fail. A variable without a value matches nothing, so that its negation passes.
 * Source: IAM's "condition operators" and "set operators for multi-valued keys" pages.
 */
import { BlockList, isIP } from 'node:net';
import { compileArnTemplate, compileTemplate, hasVariables, type Lookup, type Matcher } from './template.ts';

export interface Condition {
  /** As written; for those who ask why. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  holds(lookup: Lookup): boolean;
}

export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

interface OperatorKind {
  readonly negated: boolean;
  /** Whether the values may hold policy variables: string and ARN operators only. */
  readonly variables: boolean;
  compile(value: string, variables: boolean): Matcher;
}

const strings = (negated: boolean, compile: OperatorKind['compile']): OperatorKind => ({
  negated,
  variables: true,
  compile,
});
const plain = (negated: boolean, compile: (value: string) => (actual: string) => boolean): OperatorKind => ({
  negated,
  variables: false,
  compile: (value) => compile(value),
});

const exact: OperatorKind['compile'] = (value, variables) => compileTemplate(value, { variables, wildcards: false });
const like: OperatorKind['compile'] = (value, variables) => compileTemplate(value, { variables, wildcards: true });
const anyCase: OperatorKind['compile'] = (value, variables) => {
  const matches = compileTemplate(value.toLowerCase(), { variables, wildcards: false });
  return (actual, lookup) =>
    matches(actual.toLowerCase(), (key) => lookup(key)?.map((variable) => variable.toLowerCase()));
};

type Compare = (actual: number, wanted: number) => boolean;
const equal: Compare = (actual, wanted) => actual === wanted;
const less: Compare = (actual, wanted) => actual < wanted;
const lessOrEqual: Compare = (actual, wanted) => actual <= wanted;
const greater: Compare = (actual, wanted) => actual > wanted;
const greaterOrEqual: Compare = (actual, wanted) => actual >= wanted;

const numeric = (compare: Compare, negated = false): OperatorKind => plain(negated, compared(parseNumber, compare));
const date = (compare: Compare, negated = false): OperatorKind => plain(negated, compared(parseMoment, compare));

const OPERATORS: ReadonlyMap<string, OperatorKind> = new Map([
  ['stringequals', strings(false, exact)],
  ['stringnotequals', strings(true, exact)],
  ['stringequalsignorecase', strings(false, anyCase)],
  ['stringnotequalsignorecase', strings(true, anyCase)],
  ['stringlike', strings(false, like)],
  ['stringnotlike', strings(true, like)],
  ['arnequals', strings(false, compileArnTemplate)],
  ['arnlike', strings(false, compileArnTemplate)],
  ['arnnotequals', strings(true, compileArnTemplate)],
  ['arnnotlike', strings(true, compileArnTemplate)],
  ['numericequals', numeric(equal)],
  ['numericnotequals', numeric(equal, true)],
  ['numericlessthan', numeric(less)],
  ['numericlessthanequals', numeric(lessOrEqual)],
  ['numericgreaterthan', numeric(greater)],
  ['numericgreaterthanequals', numeric(greaterOrEqual)],
  ['dateequals', date(equal)],
  ['datenotequals', date(equal, true)],
  ['datelessthan', date(less)],
  ['datelessthanequals', date(lessOrEqual)],
  ['dategreaterthan', date(greater)],
  ['dategreaterthanequals', date(greaterOrEqual)],
  ['bool', plain(false, bool)],
  ['binaryequals', plain(false, binary)],
  ['ipaddress', plain(false, addresses)],
  ['notipaddress', plain(true, addresses)],
]);

type Quantifier = 'one' | 'all' | 'any';
const SET_OPERATORS: readonly { readonly prefix: string; readonly quantifier: Quantifier }[] = [
  { prefix: 'forallvalues:', quantifier: 'all' },
  { prefix: 'foranyvalue:', quantifier: 'any' },
];

/** @throws ConditionError, TemplateError for an operator or a value that is not understood */
export function compileCondition(
  operator: string,
  key: string,
  values: readonly string[],
  variables: boolean,
): Condition {
  return { operator, key, values, holds: compileTest(operator, key, values, variables) };
}

function compileTest(operator: string, key: string, values: readonly string[], variables: boolean): Condition['holds'] {
  const lowerKey = key.toLowerCase();
  const { quantifier, name, ifExists } = readOperator(operator);
  if (name === 'null') {
    if (quantifier !== 'one' || ifExists) throw new ConditionError(`Invalid Condition type : ${operator}.`);
    const wanted = values.map((value) => parseBool(value));
    return (lookup) => wanted.includes(isMissing(lookup(lowerKey)));
  }
  const kind = OPERATORS.get(name);
  if (!kind) throw new ConditionError(`Invalid Condition type : ${operator}.`);
  if (variables && !kind.variables && values.some(hasVariables)) {
    throw new ConditionError(`Policy variables cannot stand in values of ${operator}.`);
  }
  const matchers = values.map((value) => kind.compile(value, variables));
  return (lookup) => {
    const actual = lookup(lowerKey);
    if (actual === undefined || actual.length === 0) {
      if (quantifier === 'all' || ifExists) return true;
      return quantifier === 'one' && kind.negated;
    }
    const matches = (value: string): boolean => matchers.some((matcher) => matcher(value, lookup));
    if (quantifier === 'one') return actual.some(matches) !== kind.negated;
    const passes = (value: string): boolean => matches(value) !== kind.negated;
    return quantifier === 'all' ? actual.every(passes) : actual.some(passes);
  };
}

function isMissing(values: readonly string[] | undefined): boolean {
  return values === undefined || values.length === 0;
}

function readOperator(operator: string): { quantifier: Quantifier; name: string; ifExists: boolean } {
  const lower = operator.toLowerCase();
  const set = SET_OPERATORS.find(({ prefix }) => lower.startsWith(prefix));
  const name = lower.slice(set?.prefix.length ?? 0);
  const quantifier = set?.quantifier ?? 'one';
  const ifExists = name.endsWith('ifexists');
  return { quantifier, name: ifExists ? name.slice(0, -'ifexists'.length) : name, ifExists };
}

function compared(parse: (text: string) => number | undefined, compare: Compare) {
  return (value: string) => {
    const wanted = parse(value);
    if (wanted === undefined) throw new ConditionError(`"${value}" cannot be compared by this condition operator.`);
    return (actual: string): boolean => {
      const number = parse(actual);
      return number !== undefined && compare(number, wanted);
    };
  };
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const EPOCH = /^\d+(?:\.\d+)?$/;
const ISO = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?$/i;

function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/**
 * ISO 8601, or seconds since 1970. A year alone would be read as such seconds by some; here four digits are a year, as
 * in W3C's profile.
 */
function parseMoment(text: string): number | undefined {
  if (ISO.test(text)) {
    const moment = Date.parse(/T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/i.test(text) ? `${text}Z` : text);
    return Number.isNaN(moment) ? undefined : moment;
  }
  return EPOCH.test(text) ? Number(text) * 1_000 : undefined;
}

function parseBool(text: string): boolean {
  const value = text.toLowerCase();
  if (value !== 'true' && value !== 'false') throw new ConditionError(`"${text}" is neither true nor false.`);
  return value === 'true';
}

function bool(value: string): (actual: string) => boolean {
  const wanted = String(parseBool(value));
  return (actual) => actual.toLowerCase() === wanted;
}

function binary(value: string): (actual: string) => boolean {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new ConditionError(`"${value}" is not base64.`);
  return (actual) => actual === value;
}

function addresses(value: string): (actual: string) => boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  const isRange = family !== 0 && rest.length === 0 && /^(?:\d{1,3})?$/.test(prefix ?? '') && prefix !== '';
  if (!isRange || bits > (family === 4 ? 32 : 128)) throw new ConditionError(`"${value}" is not an IP address range.`);
  const range = new BlockList();
  range.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return (actual) => {
    const version = isIP(actual);
    return version !== 0 && range.check(actual, version === 4 ? 'ipv4' : 'ipv6');
  };
}
