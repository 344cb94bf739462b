/**
 * Reads case files: JSON Lines, each file opened by a line of kind `source`. Numbers keep their spelling (`60.0` is
 * not `60`), so policies are read with the engine's own JSON reader and handed on as text.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonNode } from '@holdfast/policy';
import { isManagementPolicyType, isPolicyType, parseJson, writeJson } from '@holdfast/policy';
import type {
  CallCase,
  CaseLevel,
  ConformanceCase,
  DelegationPolicyCase,
  EffectiveCase,
  ExpectedAnswer,
  PublicationCase,
  RoleCase,
} from './cases.ts';
import { applyPatch, memberOf, stringOf } from './json-patch.ts';

/** All cases of a folder's `.jsonl` files, in the files' order. A base may stand in another file than its cases. */
export async function readCases(folder: string): Promise<readonly ConformanceCase[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted();
  const files = await Promise.all(
    names.map(async (name) => nodesOf(await readFile(path.join(folder, name), 'utf8'), name)),
  );
  const bases = new Map(
    files
      .flat()
      .filter(isOfKind('base'))
      .map((node) => [idOf(node), node]),
  );
  return files.flatMap((nodes) => {
    const capturedAt = stringOf(nodes.find(isOfKind('source')), 'capturedAt');
    // A recording's own time stands in where a case has none; the answers do not depend on it then.
    const file = { bases, capturedAt: Date.parse(capturedAt ?? '') || FIRST_RECORDING };
    return nodes.flatMap((node) => caseOf(node, file));
  });
}

const FIRST_RECORDING = Date.UTC(2026, 8, 13);

function nodesOf(text: string, fileName: string): readonly JsonNode[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => parsedLine(line, `${fileName}:${index + 1}`));
}

function isOfKind(kind: string): (node: JsonNode) => boolean {
  return (node) => stringOf(node, 'kind') === kind;
}

interface CaseFile {
  /** By id, of all files. */
  readonly bases: ReadonlyMap<string, JsonNode>;
  readonly capturedAt: number;
}

function parsedLine(line: string, place: string): JsonNode {
  const { value, faults } = parseJson(line);
  if (!value || faults.length > 0) throw new Error(`${place}: ${faults[0]?.message ?? 'not JSON'}`);
  return value;
}

function caseOf(node: JsonNode, file: CaseFile): readonly ConformanceCase[] {
  const kind = stringOf(node, 'kind') ?? 'without kind';
  switch (kind) {
    case 'source':
    case 'base':
      return [];
    case 'admission':
      return [admissionOf(node, file)];
    case 'effective':
      return [effectiveOf(node, file)];
    case 'call':
      return [{ ...(plain(node) as CallCase), kind, id: idOf(node) }];
    case 'publication':
      return [{ ...(plain(node) as PublicationCase), kind, id: idOf(node) }];
    case 'role':
      return [{ ...(plain(node) as RoleCase), kind, id: idOf(node) }];
    case 'fact': {
      const see = (stringOf(node, 'see') ?? '').split(',').map((one) => one.trim());
      return [{ kind, id: idOf(node), text: stringOf(node, 'text') ?? '', see: see.filter((one) => one !== '') }];
    }
    default:
      return [{ kind: 'unknown', id: idOf(node), what: kind }];
  }
}

function admissionOf(node: JsonNode, file: CaseFile): ConformanceCase {
  const type = stringOf(node, 'type') ?? 'no type';
  const id = idOf(node);
  if (type === 'RESOURCE_POLICY') {
    const expect = plain(memberOf(node, 'expect')) as DelegationPolicyCase['expect'];
    return { kind: 'delegation-policy', id, content: contentOf(node, file), expect };
  }
  if (!isPolicyType(type)) return { kind: 'unknown', id, what: `admission of ${type}` };
  const { code = '', reason, message } = plain(memberOf(node, 'expect')) as Partial<ExpectedAnswer>;
  const expect = { code, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
  return { kind: 'admission', id, type, now: timeOf(node, file), content: contentOf(node, file), expect };
}

function effectiveOf(node: JsonNode, file: CaseFile): ConformanceCase {
  const type = stringOf(node, 'type') ?? 'no type';
  const id = idOf(node);
  if (!isPolicyType(type) || !isManagementPolicyType(type))
    return { kind: 'unknown', id, what: `effective of ${type}` };
  const previous = memberOf(node, 'previousEffective');
  return {
    kind: 'effective',
    id,
    type,
    now: timeOf(node, file),
    levels: levelsOf(node, file),
    previousEffective: previous && writeJson(previous),
    expect: plain(memberOf(node, 'expect')) as EffectiveCase['expect'],
  };
}

function timeOf(node: JsonNode, { capturedAt }: CaseFile): number {
  return Date.parse(stringOf(node, 'at') ?? '') || capturedAt;
}

function levelsOf(node: JsonNode, file: CaseFile): readonly CaseLevel[] {
  return items(memberOf(node, 'levels')).map((level) => ({
    at: stringOf(level, 'at') ?? '',
    policies: items(memberOf(level, 'policies')).map((policy) => ({
      name: stringOf(policy, 'name') ?? '',
      content: contentOf(policy, file),
    })),
  }));
}

/** A policy's text, in whichever of the four ways the case gives it. */
function contentOf(node: JsonNode, { bases }: CaseFile): string {
  const text = stringOf(node, 'contentText');
  if (text !== undefined) return text;
  const range = memberOf(node, 'contentRange');
  if (range) return rangeContent(plain(range) as { from: number; to: number; width: number });
  return writeJson(contentTree(node, bases));
}

function contentTree(node: JsonNode, bases: ReadonlyMap<string, JsonNode>): JsonNode {
  const content = memberOf(node, 'content');
  if (content) return content;
  const baseId = stringOf(node, 'base') ?? '';
  const base = bases.get(baseId);
  if (!base) throw new Error(`${idOf(node)}: no content and no base ${baseId}`);
  const patch = memberOf(node, 'patch');
  return patch ? applyPatch(contentTree(base, bases), patch) : contentTree(base, bases);
}

/** `{"tags":{"00000":{},…}}` with keys of the given width. */
function rangeContent({ from, to, width }: { from: number; to: number; width: number }): string {
  const keys = Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(width, '0'));
  return JSON.stringify({ tags: Object.fromEntries(keys.map((key) => [key, {}])) });
}

function items(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

function idOf(node: JsonNode): string {
  return stringOf(node, 'id') ?? stringOf(node, 'name') ?? '(no id)';
}

function plain(node: JsonNode | undefined): unknown {
  return node ? JSON.parse(writeJson(node)) : {};
}
