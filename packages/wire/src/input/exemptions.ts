/**
 * Checks, before the first request, that every exemption of a service names a member that exists: a typing error would
 * otherwise leave a rule enforced that AWS does not enforce, and nobody would notice.
 */
import type { ServiceSettings } from '../service.ts';
import type { Api, Shape } from '../shape.ts';

export function wrongExemptions(api: Api, unenforced: ServiceSettings['unenforced'] = {}): string[] {
  return Object.entries(unenforced).flatMap(([operation, exemptions = []]) => {
    const inputs = operation === '*' ? [...api.operations.values()] : [api.operations.get(operation)];
    return exemptions
      .filter(({ path }) => !inputs.some((known) => known !== undefined && exists(known.input, path)))
      .map(({ path }) => `${operation}: ${path}`);
  });
}

/** Steps of `BackupPlan.Rules[].RuleName`: names, `[]`, `{}` and `{key}`. */
const STEP = /[^.[\]{}]+|\[\]|\{\}|\{key\}/g;

function exists(input: Shape, path: string): boolean {
  let shape: Shape | undefined = input;
  for (const step of path.match(STEP) ?? []) shape = shape && below(shape, step);
  return shape !== undefined;
}

function below(shape: Shape, step: string): Shape | undefined {
  if (step === '[]') return shape.kind === 'list' ? shape.item : undefined;
  if (step === '{}') return shape.kind === 'map' ? shape.value : undefined;
  if (step === '{key}') return shape.kind === 'map' ? { kind: 'string' } : undefined;
  return shape.kind === 'structure' ? shape.members.find((member) => member.name === step)?.shape() : undefined;
}
