/**
 * Texts of policies with wildcards and variables: `arn:aws:backup:*:*:backup-vault/${aws:username}-?`.
 *
 * A variable's value is text: wildcards in it match themselves only. `${*}`, `${?}` and `${$}` are those characters.
 * Matching takes time proportional to pattern times value, whatever the pattern: nobody's policy can stall a request.
 * Source: IAM's "policy elements: variables" and "wildcards" pages.
 */
import { parseArn } from '@holdfast/kernel';

/** Values of the request's condition keys, by lower-case key. */
export type Lookup = (key: string) => readonly string[] | undefined;

const ANY = Symbol('*');
const ONE = Symbol('?');
type Unit = string | typeof ANY | typeof ONE;

type Part =
  | { readonly kind: 'units'; readonly units: readonly Unit[] }
  | { readonly kind: 'variable'; readonly key: string; readonly otherwise: string | undefined };

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export interface TemplateOptions {
  /** False for `Version` 2008-10-17, where `${` is plain text. */
  readonly variables: boolean;
  /** False: `*` and `?` are plain text (StringEquals). */
  readonly wildcards: boolean;
}

export type Matcher = (value: string, lookup: Lookup) => boolean;

/** @throws TemplateError for a variable that is not one */
export function compileTemplate(text: string, options: TemplateOptions): Matcher {
  return matcherOf(parse(text, options));
}

/**
 * ARNs match segment by segment: a wildcard does not reach over a colon before the resource part. `*` matches anything.
 */
export function compileArnTemplate(text: string, variables: boolean): Matcher {
  if (text === '*') return () => true;
  const segments = splitArn(parse(text, { variables, wildcards: true }));
  if (!segments) throw new TemplateError(`Resource ${text} must be in ARN format or "*".`);
  const [partition, service, region, account, resource] = segments.map(matcherOf);
  if (!partition || !service || !region || !account || !resource) throw new TemplateError(`${text} is not an ARN.`);
  return (value, lookup) => {
    const arn = parseArn(value);
    return (
      arn !== undefined &&
      service(arn.service, lookup) &&
      resource(arn.resource, lookup) &&
      account(arn.accountId, lookup) &&
      region(arn.region, lookup) &&
      partition(arn.partition, lookup)
    );
  };
}

export function hasVariables(text: string): boolean {
  return text.includes('${');
}

function parse(text: string, { variables, wildcards }: TemplateOptions): Part[] {
  const parts: Part[] = [];
  let units: Unit[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (variables && text.startsWith('${', at)) {
      const end = text.indexOf('}', at);
      if (end < 0) throw new TemplateError(`The variable at "${text.slice(at)}" has no end.`);
      const variable = parseVariable(text.slice(at + 2, end));
      if (typeof variable === 'string') units.push(variable);
      else {
        parts.push({ kind: 'units', units }, variable);
        units = [];
      }
      at = end;
    } else if (wildcards && character === '*') units.push(ANY);
    else if (wildcards && character === '?') units.push(ONE);
    else units.push(character);
  }
  parts.push({ kind: 'units', units });
  return parts;
}

const VARIABLE_KEY = /^[\w-]+:[^'\s][^']*$/;
const DEFAULT_TEXT = /^'[^']*'$/;

/** Taken apart by hand: one expression for all of it would take time quadratic in the blanks that somebody writes. */
function parseVariable(inside: string): string | Extract<Part, { kind: 'variable' }> {
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const comma = inside.indexOf(',');
  const key = (comma < 0 ? inside : inside.slice(0, comma)).trim();
  const text = comma < 0 ? undefined : inside.slice(comma + 1).trim();
  if (!VARIABLE_KEY.test(key) || (text !== undefined && !DEFAULT_TEXT.test(text))) {
    throw new TemplateError(`"\${${inside}}" is not a policy variable.`);
  }
  return { kind: 'variable', key: key.toLowerCase(), otherwise: text?.slice(1, -1) };
}

function matcherOf(parts: readonly Part[]): Matcher {
  if (parts.every((part) => part.kind === 'units')) {
    const units = parts.flatMap((part) => part.units);
    if (units.length === 1 && units[0] === ANY) return () => true;
    if (units.every((unit) => typeof unit === 'string')) {
      const exact = units.join('');
      return (value) => value === exact;
    }
    return (value) => matches(units, value);
  }
  return (value, lookup) => {
    const units: Unit[] = [];
    for (const part of parts) {
      if (part.kind === 'units') units.push(...part.units);
      else {
        const text = variableValue(part, lookup);
        if (text === undefined) return false;
        units.push(...text.split(''));
      }
    }
    return matches(units, value);
  };
}

/** Only keys with one value can stand in a text. */
function variableValue({ key, otherwise }: Extract<Part, { kind: 'variable' }>, lookup: Lookup): string | undefined {
  const values = lookup(key);
  return values?.length === 1 ? values[0] : otherwise;
}

/** Greedy with one step back to the last `*`: quadratic at worst. */
function matches(pattern: readonly Unit[], value: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let starPlace = 0;
  while (place < value.length) {
    const unit = pattern[at];
    if (unit === ANY) {
      star = at++;
      starPlace = place;
    } else if (unit === ONE || unit === value[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++starPlace;
    } else return false;
  }
  while (pattern[at] === ANY) at++;
  return at === pattern.length;
}

/** Partition, service, region, account, resource; undefined when the text does not begin `arn:` or lacks segments. */
function splitArn(parts: readonly Part[]): Part[][] | undefined {
  const segments: Part[][] = [[]];
  for (const part of parts) {
    if (part.kind === 'variable') {
      segments.at(-1)?.push(part);
      continue;
    }
    let units: Unit[] = [];
    for (const unit of part.units) {
      if (unit === ':' && segments.length < 6) {
        segments.at(-1)?.push({ kind: 'units', units });
        segments.push([]);
        units = [];
      } else units.push(unit);
    }
    segments.at(-1)?.push({ kind: 'units', units });
  }
  const [prefix, ...rest] = segments;
  const isArn = prefix?.every((part) => part.kind === 'units') && textOf(prefix) === 'arn';
  return isArn && rest.length === 5 ? rest : undefined;
}

function textOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.kind === 'units' ? part.units.map(String) : [])).join('');
}
