/**
 * The merge of organizations spec 4.3 once more, plain and slow, as an oracle: no trees, no sharing, one flat table
 * of paths, straight from the JSON of the policies.
 */

interface Entry {
  value: string | string[] | undefined;
  allowed: Set<string>;
}

interface Place {
  readonly path: string;
  readonly parent: string | undefined;
  readonly nodes: Record<string, unknown>[];
}

const ALL = ['assign', 'append', 'remove'];
const ROOT = '';

/** The effective document before defaults; `levels` from the root down, policies in order of attachment. */
export function plainMerge(levels: readonly (readonly unknown[])[]): unknown {
  const table = new Map<string, Entry>([[ROOT, { value: undefined, allowed: new Set(ALL) }]]);
  for (const policies of levels) applyLevel(table, policies);
  return emit(table);
}

function applyLevel(table: Map<string, Entry>, policies: readonly unknown[]): void {
  const allowedAbove = new Map([...table].map(([path, { allowed }]) => [path, new Set(allowed)]));
  const accepted: Place[] = [];
  for (const place of placesOf(policies)) {
    if (!table.has(place.path)) {
      const parent = place.parent ?? ROOT;
      const open = allowedAbove.get(parent) ?? new Set(ALL);
      if (!table.has(parent) || !(open.has('assign') || open.has('append'))) continue;
      table.set(place.path, { value: undefined, allowed: new Set(ALL) });
    }
    accepted.push(place);
    const entry = table.get(place.path);
    if (entry) entry.value = valueAfter(entry.value, place.nodes, allowedAbove.get(place.path) ?? new Set(ALL));
  }
  for (const { path, nodes } of accepted) {
    const entry = table.get(path);
    for (const node of nodes) if (entry) entry.allowed = entry.allowed.intersection(controlOf(node));
  }
}

/** Every path that any of the policies has, parents first, with the policies' nodes there. */
function placesOf(policies: readonly unknown[]): readonly Place[] {
  let front: Place[] = [{ path: ROOT, parent: undefined, nodes: policies as Record<string, unknown>[] }];
  const all: Place[] = [];
  while (front.length > 0) {
    all.push(...front);
    front = front.flatMap(({ path, nodes }) => {
      const children = new Map<string, Record<string, unknown>[]>();
      for (const node of nodes) {
        for (const [key, value] of Object.entries(node)) {
          if (key.startsWith('@@')) continue;
          const child = `${path}/${key.toLowerCase()}`;
          children.set(child, [...(children.get(child) ?? []), value as Record<string, unknown>]);
        }
      }
      return [...children].map(([child, childNodes]) => ({ path: child, parent: path, nodes: childNodes }));
    });
  }
  return all;
}

function valueAfter(before: Entry['value'], nodes: readonly Record<string, unknown>[], open: ReadonlySet<string>) {
  const given = (operator: string) => (open.has(operator.slice(2)) ? nodes.filter((node) => operator in node) : []);
  let value = before;
  const [assigning] = given('@@assign');
  if (assigning) value = textsOf(assigning['@@assign']);
  for (const node of given('@@append')) {
    for (const item of textsOf(node['@@append'])) {
      const items = Array.isArray(value) ? value : [];
      value = items.includes(item) ? items : [...items, item];
    }
  }
  for (const node of given('@@remove')) {
    const items = textsOf(node['@@remove']);
    if (Array.isArray(value)) value = value.filter((item) => !items.includes(item));
  }
  return value;
}

function textsOf(value: unknown): string[] | string {
  return Array.isArray(value) ? value.map(String) : String(value);
}

function controlOf(node: Record<string, unknown>): Set<string> {
  const names = node['@@operators_allowed_for_child_policies'];
  if (!Array.isArray(names) || names.includes('@@all')) return new Set(ALL);
  return new Set(names.map((name: string) => name.slice(2)));
}

function emit(table: ReadonlyMap<string, Entry>): unknown {
  // Without prototypes, so that `__proto__` and `constructor` are keys like any other.
  const document = Object.create(null) as Record<string, unknown>;
  for (const [path, { value }] of table) {
    if (value === undefined) continue;
    const keys = path.split('/').slice(1);
    const last = keys.pop() ?? '';
    let at = document;
    for (const key of keys) {
      at[key] ??= Object.create(null);
      at = at[key] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return document;
}
