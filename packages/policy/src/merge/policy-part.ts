/**
 * A policy ready to be merged: each node of its document together with the policy's id.
 *
 * Made once per policy, so that places in it can be recognised by identity.
 */

import type { PolicyDocument, PolicyNode, WrittenControl, WrittenValue } from '../document/policy-document.ts';

export interface PolicyPart {
  readonly policyId: string;
  /** The key as written. */
  readonly name: string;
  readonly offset: number;
  readonly assign: WrittenValue | undefined;
  readonly append: WrittenValue | undefined;
  readonly remove: WrittenValue | undefined;
  readonly control: WrittenControl | undefined;
  /** By folded key, in the order written. */
  readonly children: ReadonlyMap<string, PolicyPart>;
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

const NO_PARTS: ReadonlyMap<string, PolicyPart> = new Map();

function partOfNode(policyId: string, name: string, node: PolicyNode): PolicyPart {
  const { offset, assign, append, remove, control } = node;
  let children: Map<string, PolicyPart> | undefined;
  for (const [key, child] of node.children) {
    children ??= new Map();
    children.set(key, partOfNode(policyId, child.name, child.node));
  }
  return { policyId, name, offset, assign, append, remove, control, children: children ?? NO_PARTS };
}
