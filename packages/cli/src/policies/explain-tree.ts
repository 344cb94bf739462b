/**
 * Where each value of an effective policy comes from, drawn as a tree: the value, who set it, what lost against it, who
 * locked it.
 */
import { unreachable } from '@holdfast/kernel';
import type { ExplainedNode, Explanation, Lock, Loss, Place } from '@holdfast/policy';
import type { Colours } from '../output/colour.ts';
import { printable } from '../output/text-width.ts';

export function explanationLines({ root }: Explanation, colours: Colours): string[] {
  if (!root) return [];
  if (root.path.length === 0) return [...remarks(root, colours), ...childLines(root.children, colours)];
  const above = root.path.slice(0, -1).join('/');
  return [...(above === '' ? [] : [colours.faint(printable(above))]), ...childLines([root], colours)];
}

function childLines(nodes: readonly ExplainedNode[], colours: Colours): string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const [first = '', ...rest] = nodeLines(node, colours);
    return [
      `${colours.faint(isLast ? '└─' : '├─')} ${first}`,
      ...rest.map((line) => `${colours.faint(isLast ? '  ' : '│ ')} ${line}`),
    ];
  });
}

function nodeLines(node: ExplainedNode, colours: Colours): string[] {
  return [headline(node, colours), ...remarks(node, colours), ...childLines(node.children, colours)];
}

function headline(node: ExplainedNode, colours: Colours): string {
  const name = colours.strong(printable(node.name));
  if (node.value !== undefined) {
    const items = typeof node.value === 'string' ? [node.value] : node.value;
    const text = items.map((item) => colours.good(printable(item))).join(', ');
    return `${name} = ${typeof node.value === 'string' ? text : `[${text}]`}${origin(node, colours)}`;
  }
  return node.isPruned ? `${name} ${colours.faint('(not in the effective policy)')}` : name;
}

function origin({ isDefault, items, setBy }: ExplainedNode, colours: Colours): string {
  if (isDefault) return colours.faint("  AWS's default");
  // Where several brought a list's items, each is told with its own.
  const brought = new Set(items.map((item) => placeText(item.origin)));
  if (brought.size > 1) {
    return colours.faint(`  ${items.map((item) => `${printable(item.text)}: ${placeText(item.origin)}`).join('; ')}`);
  }
  return colours.faint(`  ${setBy.map(placeText).join('; ')}`);
}

/** Under the value that they are about. */
function remarks({ lost, locks }: ExplainedNode, colours: Colours): string[] {
  return [
    ...lost.map((loss) => `  ${lossText(loss, colours)}`),
    ...locks.map((lock) => `  ${colours.warn('locked')} ${lockText(lock)}`),
  ];
}

function lossText({ kind, operator, value, origin: asker, by, isOrderUnknown }: Loss, colours: Colours): string {
  const what = `${operator === undefined ? '' : `@@${operator} `}${shown(value)} of ${placeText(asker)}`;
  const winners = by.map(placeText).join(' and ');
  switch (kind) {
    case 'replaced':
      return `${colours.faint('replaced')} ${what}, by ${winners}`;
    case 'removed':
      return `${colours.faint('removed')} ${what}, by ${winners}`;
    case 'outranked': {
      const doubt = isOrderUnknown
        ? colours.warn('; the order of attachment is not known, it may be the other way round')
        : '';
      return `${colours.warn('outranked')} ${what}, by ${winners}, attached before it${doubt}`;
    }
    case 'refused':
      return `${colours.bad('refused')} ${what}, forbidden by ${winners}`;
    case 'key-refused':
      return `${colours.bad('refused')} the new key ${what}, forbidden by ${winners}`;
    default:
      return unreachable(kind);
  }
}

function shown(value: Loss['value']): string {
  return printable(typeof value === 'string' ? value : `[${value.join(', ')}]`);
}

function lockText({ origin: by, allowed }: Lock): string {
  const operators =
    allowed.length === 0 ? 'change nothing' : `only ${allowed.map((operator) => `@@${operator}`).join(', ')}`;
  return `by ${placeText(by)}: levels below may ${operators}`;
}

/** `base at Root (12:7)` */
export function placeText({ policyName, nodeName, line, column }: Place): string {
  return printable(`${policyName} at ${nodeName} (${line}:${column})`);
}
