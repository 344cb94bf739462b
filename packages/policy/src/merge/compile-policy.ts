/**
 * Makes a policy ready to be merged: its document as records whose keys, texts and id are numbers.
 */
import type { PolicyChild, PolicyDocument, PolicyNode, WrittenValue } from '../document/policy-document.ts';
import type { Ref } from './arena.ts';
import {
  type MergeMemory,
  PART,
  PART_CHILD_WORDS,
  SAYS_APPEND,
  SAYS_ASSIGN,
  SAYS_CHILDREN,
  SAYS_CONTROL,
  SAYS_REMOVE,
} from './merge-memory.ts';

/** Made ready once, however many nodes the policy is attached to. */
export function partOf(memory: MergeMemory, policyId: string, document: PolicyDocument): Ref {
  const known = memory.partOf(policyId, document);
  if (known !== undefined) return known;
  const { root } = document;
  const part = new Compiler(memory, policyId).part({ name: '', offset: root.offset, node: root });
  memory.keepPart(policyId, document, part);
  return part;
}

class Compiler {
  readonly #memory: MergeMemory;
  readonly #policyId: string;
  readonly #policy: number;

  constructor(memory: MergeMemory, policyId: string) {
    this.#memory = memory;
    this.#policyId = policyId;
    this.#policy = memory.policyIds.intern(policyId);
  }

  part({ name, offset, node }: PolicyChild): Ref {
    const { arena, sources } = this.#memory;
    const { assign, append, remove, control, children } = node;
    const part = arena.allocate(PART.children + children.size * PART_CHILD_WORDS);
    arena.set(part, PART.source, sources.add({ policyId: this.#policyId, name, offset, node }));
    if (assign) arena.set(part, PART.assigned, this.#value(assign));
    if (append) arena.set(part, PART.appended, this.#value(append));
    if (remove) arena.set(part, PART.removed, this.#value(remove));
    if (control) arena.set(part, PART.control, control.allowed);
    arena.set(part, PART.says, whatIsSaid(node));
    arena.set(part, PART.childCount, children.size);
    this.#children(part, children);
    return part;
  }

  #children(part: Ref, children: PolicyNode['children']): void {
    const { arena, keys, names } = this.#memory;
    let word: number = PART.children;
    for (const [key, child] of children) {
      arena.set(part, word, keys.intern(key));
      arena.set(part, word + 1, names.intern(child.name));
      arena.set(part, word + 2, this.part(child));
      word += PART_CHILD_WORDS;
    }
  }

  #value({ isList, texts }: WrittenValue): Ref {
    const { texts: numbers } = this.#memory;
    return this.#memory.value(
      isList,
      texts.map((text) => numbers.intern(text)),
      [this.#policy],
    );
  }
}

function whatIsSaid({ assign, append, remove, control, children }: PolicyNode): number {
  return (
    (assign ? SAYS_ASSIGN : 0) |
    (append ? SAYS_APPEND : 0) |
    (remove ? SAYS_REMOVE : 0) |
    (control ? SAYS_CONTROL : 0) |
    (children.size > 0 ? SAYS_CHILDREN : 0)
  );
}
