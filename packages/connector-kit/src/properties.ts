/**
 * A resource's desired state as data: which members there are and what they may hold; and the check of one against it.
 *
 * All problems are named at once, each with the member and what is expected. Secret members are split off: they are
 * sealed, never shown.
 */

interface PropertyOf {
  readonly description: string;
  readonly required?: true;
  /** Sealed; never returned. */
  readonly secret?: true;
  /** Fixed at registration. */
  readonly createOnly?: true;
}

export type Property = PropertyOf &
  (
    | {
        readonly type: 'string';
        /** Undefined when the value is fine; else what is expected, after "must": `be an absolute path`. */
        readonly fault?: (value: string) => string | undefined;
        readonly values?: readonly string[];
        readonly default?: string;
      }
    | { readonly type: 'integer'; readonly min: number; readonly max: number; readonly default?: number }
  );

export type PropertySchema = Readonly<Record<string, Property>>;

export type CheckedProperties =
  | {
      readonly ok: true;
      readonly properties: Readonly<Record<string, string | number>>;
      readonly secrets: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly faults: readonly string[] };

const STRING_CHARS_MAX = 4_096;

export function checkProperties(schema: PropertySchema, desired: Readonly<Record<string, unknown>>): CheckedProperties {
  const faults = Object.keys(desired)
    .filter((name) => !Object.hasOwn(schema, name))
    .map((name) => `${name} is not a property of this type; it has ${Object.keys(schema).join(', ')} and Tags`);
  const properties: Record<string, string | number> = {};
  const secrets: Record<string, string> = {};
  for (const [name, property] of Object.entries(schema)) {
    const value = desired[name] ?? ('default' in property ? property.default : undefined);
    if (value === undefined) {
      if (property.required) faults.push(`${name} is required: ${property.description.replace(/\.$/, '')}`);
      continue;
    }
    const fault = faultOf(property, value);
    if (fault !== undefined) faults.push(`${name} must ${fault}`);
    else if (property.secret && typeof value === 'string') secrets[name] = value;
    else if (typeof value === 'string' || typeof value === 'number') properties[name] = value;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, properties, secrets };
}

function faultOf(property: Property, value: unknown): string | undefined {
  if (property.type === 'integer') {
    const { min, max } = property;
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
    return fits ? undefined : `be a whole number from ${min} to ${max}`;
  }
  if (typeof value !== 'string') return 'be a string';
  if (value === '' || value.length > STRING_CHARS_MAX) return `have 1 to ${STRING_CHARS_MAX} characters`;
  if (value.includes('\0') || !value.isWellFormed()) return 'be text without a zero byte and without half a character';
  if (property.values && !property.values.includes(value)) return `be one of ${property.values.join(', ')}`;
  return property.fault?.(value);
}
