/**
 * Reads and writes `holdfast-org.json`.
 *
 * The form is the schema's (snapshot-schema.ts); what no schema can say is checked here: ids are there once, parents
 * and attached policies exist, every node leads up to the root.
 */
import { checkJson, type JsonComplaint, type PlacedComplaint, plainJson } from '../json/check-json.ts';
import { offsetAt, positions } from '../json/json-node.ts';
import { parseJson } from '../json/parse-json.ts';
import type { OrganizationSnapshot } from './snapshot.ts';
import { SNAPSHOT_SCHEMA } from './snapshot-schema.ts';

export type SnapshotDiagnostic = PlacedComplaint;

export type SnapshotReading = Readonly<
  { ok: true; snapshot: OrganizationSnapshot } | { ok: false; diagnostics: readonly SnapshotDiagnostic[] }
>;

/** More than anybody reads. */
const DIAGNOSTICS_MAX = 100;

export function readSnapshot(text: string): SnapshotReading {
  const positionOf = positions(text);
  const { value, faults } = parseJson(text);
  const failed = (complaints: readonly JsonComplaint[]): SnapshotReading => ({
    ok: false,
    diagnostics: complaints
      .slice(0, DIAGNOSTICS_MAX)
      .map(({ path, offset, message }) => ({ path, message, ...positionOf(offset) })),
  });
  if (!value || faults.length > 0) return failed(faults);
  const complaints = [...checkJson(value, SNAPSHOT_SCHEMA).take(DIAGNOSTICS_MAX)];
  if (complaints.length > 0) return failed(complaints);
  // The schema has just been found to hold; a test holds it to the type.
  const { $schema: _, ...snapshot } = plainJson(value) as OrganizationSnapshot & { $schema?: string };
  const inconsistencies = checkSnapshot(snapshot);
  if (inconsistencies.length === 0) return { ok: true, snapshot };
  return failed(inconsistencies.map(({ path, message }) => ({ path, offset: offsetAt(value, path), message })));
}

/** As people compare it: two spaces, one line for each member. */
export function writeSnapshot(snapshot: OrganizationSnapshot): string {
  return `${JSON.stringify(snapshot, undefined, 2)}\n`;
}

/** What a snapshot made by a program must also pass; empty if it may be evaluated. */
export function checkSnapshot(snapshot: OrganizationSnapshot): readonly Inconsistency[] {
  return [...inconsistenciesOf(snapshot).take(DIAGNOSTICS_MAX)];
}

export interface Inconsistency {
  readonly path: readonly string[];
  readonly message: string;
}

function* inconsistenciesOf(snapshot: OrganizationSnapshot): Generator<Inconsistency> {
  const { root, organizationalUnits, accounts, policies, attachments } = snapshot;
  const units = new Map(organizationalUnits.map(({ id, parentId }) => [id, parentId]));
  const targets = new Set([root.id]);
  for (const [list, nodes] of [
    ['organizationalUnits', organizationalUnits],
    ['accounts', accounts],
  ] as const) {
    for (const [index, { id, parentId }] of nodes.entries()) {
      const path = [list, `${index}`];
      if (targets.has(id)) yield { path: [...path, 'id'], message: `${id} is there twice` };
      targets.add(id);
      if (parentId !== root.id && !units.has(parentId)) {
        yield { path: [...path, 'parentId'], message: `There is no root or unit ${parentId}` };
      }
    }
  }
  yield* rings(organizationalUnits, units, root.id);
  const policyIds = new Set<string>();
  for (const [index, { id }] of policies.entries()) {
    if (policyIds.has(id)) yield { path: ['policies', `${index}`, 'id'], message: `${id} is there twice` };
    policyIds.add(id);
  }
  const attachedTo = new Set<string>();
  for (const [index, { targetId, policyIds: attached }] of attachments.entries()) {
    const path = ['attachments', `${index}`];
    if (!targets.has(targetId)) yield { path: [...path, 'targetId'], message: `There is no ${targetId}` };
    if (attachedTo.has(targetId)) yield { path: [...path, 'targetId'], message: `${targetId} is there twice` };
    attachedTo.add(targetId);
    const seen = new Set<string>();
    for (const [at, id] of attached.entries()) {
      const place = [...path, 'policyIds', `${at}`];
      if (!policyIds.has(id)) yield { path: place, message: `There is no policy ${id}` };
      if (seen.has(id)) yield { path: place, message: `${id} is there twice` };
      seen.add(id);
    }
  }
}

/** Units whose parents never lead to the root. */
function* rings(
  units: OrganizationSnapshot['organizationalUnits'],
  parents: ReadonlyMap<string, string>,
  rootId: string,
): Generator<Inconsistency> {
  const good = new Set([rootId]);
  for (const [index, { id }] of units.entries()) {
    const way: string[] = [];
    const onWay = new Set<string>();
    let at: string | undefined = id;
    while (at !== undefined && !good.has(at) && !onWay.has(at)) {
      way.push(at);
      onWay.add(at);
      at = parents.get(at);
    }
    if (at !== undefined && onWay.has(at)) {
      yield { path: ['organizationalUnits', `${index}`, 'parentId'], message: `${id} is below itself` };
    } else {
      for (const one of way) good.add(one);
    }
  }
}
