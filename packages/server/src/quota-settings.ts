/**
 * Quotas as the operator writes them: JSON
 * `{"organizationalUnits":5000,"o-exampleorgid":{"accountsPerOrganization":100}}`, names for all, and below an
 * organization's id those of that one alone.
 *
 * What AWS raises on request an operator may raise or lower here. Source: organizations spec 3, backup spec 13.3.
 */
import { DEFAULT_QUOTAS, ORGANIZATION_QUOTAS, type OrganizationQuotas, type Quotas } from './settings.ts';

export interface QuotaSettings {
  readonly quotas: Quotas;
  readonly organizationQuotas: Readonly<Record<string, Partial<OrganizationQuotas>>>;
}

const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
/** AWS allows no deeper tree, and paths grow with it. */
const DEPTH_MAX = 5;
/** More than anybody has; a typing error has more. */
const NUMBER_MAX = 10_000_000;

/** What is not named has its default. `refuse` is told what is wrong, as the end of a sentence. */
export function parseQuotas(text: string, refuse: (message: string) => never): QuotaSettings {
  if (text === '') return { quotas: DEFAULT_QUOTAS, organizationQuotas: {} };
  const given = Object.entries(objectOf(text, refuse));
  const forAll = given.filter(([name]) => !ORGANIZATION.test(name));
  const forOne = given.filter(([name]) => ORGANIZATION.test(name));
  return {
    quotas: { ...DEFAULT_QUOTAS, ...numbersOf(forAll, Object.keys(DEFAULT_QUOTAS), refuse) },
    organizationQuotas: Object.fromEntries(
      forOne.map(([id, quotas]) => {
        if (!isObject(quotas)) return refuse(`must give ${id} an object of quotas`);
        return [id, numbersOf(Object.entries(quotas), ORGANIZATION_QUOTAS, refuse)];
      }),
    ),
  };
}

function objectOf(text: string, refuse: (message: string) => never): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON: ${(error as Error).message}`);
  }
  return isObject(value) ? value : refuse('must be an object of numbers by the names of quotas');
}

function numbersOf(
  entries: readonly (readonly [string, unknown])[],
  known: readonly string[],
  refuse: (message: string) => never,
): Record<string, number> {
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!known.includes(name)) return refuse(`names "${name}", and not ${known.join(', ')}`);
      const most = name === 'organizationalUnitDepth' ? DEPTH_MAX : NUMBER_MAX;
      if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return [name, value];
      return refuse(`gives ${name} ${JSON.stringify(value)}, and not a whole number from 1 to ${most}`);
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
