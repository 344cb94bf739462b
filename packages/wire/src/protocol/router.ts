/**
 * Finds the operation that a REST path means. Specific beats general at every segment: a literal before a label, a
 * label before a greedy one.
 *
 * The raw path is split before it is decoded, so ARNs and ids such as `orgs%2F…` stay in their label (backup spec
 * 15.3). One trailing slash means nothing: half of the clients send it. A last label whose name ends in `Arn` takes the
 * slashes of an ARN that a client left unencoded.
 */
import { assert } from '@holdfast/kernel';
import { decode } from '../request.ts';

export interface Route {
  readonly operation: string;
  readonly method: string;
  /** `/backup-vaults/{BackupVaultName}/mpaApprovalTeam?delete` */
  readonly path: string;
}

export interface Match {
  readonly operation: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Target {
  readonly operation: string;
  readonly labelNames: readonly string[];
  /** Names that must stand in the query. */
  readonly flags: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  label?: Node;
  /** Takes all the rest. */
  greedy?: Node;
  readonly targets: Target[];
}

export type Router = (method: string, rawPath: string, hasQuery: (name: string) => boolean) => Match | undefined;

export function createRouter(routes: readonly Route[]): Router {
  const methods = new Map<string, Node>();
  for (const route of routes) add(methods, route);
  return (method, rawPath, hasQuery) => {
    const root = methods.get(method);
    if (root === undefined || !rawPath.startsWith('/')) return undefined;
    const segments = trimSlash(rawPath.slice(1)).split('/');
    return walk(root, segments, 0, [], hasQuery);
  };
}

function trimSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function emptyNode(): Node {
  return { literals: new Map(), targets: [] };
}

function nodeAt(nodes: Map<string, Node>, key: string): Node {
  const node = nodes.get(key) ?? emptyNode();
  nodes.set(key, node);
  return node;
}

function add(methods: Map<string, Node>, { operation, method, path }: Route): void {
  const [pattern = '', query = ''] = path.split('?');
  let node = nodeAt(methods, method);
  const labelNames: string[] = [];
  const segments = trimSlash(pattern.slice(1)).split('/');
  for (const [position, segment] of segments.entries()) {
    const name = /^\{(\w+)(\+?)\}$/.exec(segment);
    if (name?.[1] === undefined) {
      assert(!segment.includes('{'), `${operation} has a label inside a segment: ${path}`);
      node = nodeAt(node.literals, segment);
      continue;
    }
    labelNames.push(name[1]);
    const last = position === segments.length - 1;
    if (name[2] === '+') node = node.greedy ??= emptyNode();
    else {
      const before = node;
      node = before.label ??= emptyNode();
      if (last && name[1].endsWith('Arn')) before.greedy ??= node;
    }
  }
  node.targets.push({ operation, labelNames, flags: query === '' ? [] : query.split('&') });
  // Those that ask for more come first.
  node.targets.sort((a, b) => b.flags.length - a.flags.length);
}

function walk(
  node: Node,
  segments: readonly string[],
  position: number,
  values: readonly string[],
  hasQuery: (name: string) => boolean,
): Match | undefined {
  const segment = segments[position];
  if (segment === undefined) {
    const target = node.targets.find(({ flags }) => flags.every(hasQuery));
    return target && { operation: target.operation, labels: labelsOf(target, values) };
  }
  const literal = node.literals.get(segment);
  const found = literal && walk(literal, segments, position + 1, values, hasQuery);
  if (found || segment === '') return found;
  const labelled = node.label && walk(node.label, segments, position + 1, [...values, segment], hasQuery);
  if (labelled || !node.greedy) return labelled;
  return walk(node.greedy, segments, segments.length, [...values, segments.slice(position).join('/')], hasQuery);
}

function labelsOf(target: Target, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(target.labelNames.map((name, position) => [name, decode(values[position] ?? '')]));
}
