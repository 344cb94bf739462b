/**
 * A policy ready to be merged: each node of its document together with the policy's id.
 *
 * Made once per policy.
 */

import type { PolicyDocument, PolicyNode, WrittenControl, WrittenValue } from '../document/policy-document.ts';
import type { MergedNode, MergedValue } from './merged-node.ts';
import { KeyList, NodeTable } from './node-table.ts';

export interface PolicyPart {
  readonly policyId: string;
  /** The key as written. */
  readonly name: string;
  readonly offset: number;
  readonly assign: WrittenValue | undefined;
  /** The value that `assign` gives. R15: what it repeats stays repeated. */
  readonly assigned: MergedValue | undefined;
  readonly append: WrittenValue | undefined;
  readonly remove: WrittenValue | undefined;
  readonly control: WrittenControl | undefined;
  /** By folded key, in the order written. */
  readonly children: NodeTable<PolicyPart>;
  /** It assigns a value and says nothing else. */
  readonly isAssignment: boolean;
  /** The part as a list of peers that has no other. */
  readonly only: readonly PolicyPart[];
  /** What the part gives where nothing came before it, once somebody asked: the same wherever its policy is attached. */
  alone: MergedNode | undefined;
  /** The list of keys in which the part was last looked for, and its position there. */
  foundIn: KeyList | undefined;
  foundAt: number;
}

/** By the policies that have the document as their content. */
const PARTS = new WeakMap<PolicyDocument, Map<string, PolicyPart>>();

export function partOf(policyId: string, document: PolicyDocument): PolicyPart {
  let parts = PARTS.get(document);
  if (!parts) {
    parts = new Map();
    PARTS.set(document, parts);
  }
  let part = parts.get(policyId);
  if (!part) {
    part = partOfNode(policyId, '', document.root);
    parts.set(policyId, part);
  }
  return part;
}

const NO_PARTS = new NodeTable<PolicyPart>(KeyList.EMPTY, []);

function partOfNode(policyId: string, name: string, node: PolicyNode): PolicyPart {
  const { offset, assign, append, remove, control } = node;
  const parts: PolicyPart[] = [];
  for (const child of node.children.values()) parts.push(partOfNode(policyId, child.name, child.node));
  const children = parts.length === 0 ? NO_PARTS : new NodeTable(new KeyList([...node.children.keys()]), parts);
  const assigned = assign && assignedValue(assign, policyId);
  const only: PolicyPart[] = [];
  const part: PolicyPart = {
    policyId,
    name,
    offset,
    assign,
    assigned,
    append,
    remove,
    control,
    children,
    isAssignment: assign !== undefined && !append && !remove && !control && parts.length === 0,
    only,
    alone: undefined,
    foundIn: undefined,
    foundAt: -1,
  };
  only.push(part);
  return part;
}

function assignedValue({ isList, texts }: WrittenValue, policyId: string): MergedValue {
  return isList ? { kind: 'list', texts, shapedBy: [policyId] } : { kind: 'single', text: texts[0] ?? '', policyId };
}
