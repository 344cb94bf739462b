/**
 * Parsed policies by id and revision, kept from batch to batch: a policy is read once, however many accounts it
 * reaches.
 */
import { present } from '@holdfast/kernel';
import { type PolicyDocument, type PolicyType, parsePolicy } from '@holdfast/policy';
import type { Queryable } from '../store/database.ts';
import { attachmentsOf, contentsOf, type PolicyRevision } from '../store/effective-policy-work.ts';
import type { Attached } from './evaluate.ts';

/** Ten thousand characters each, at most: some tens of megabytes. */
const DOCUMENTS_MAX = 2_000;
/** A policy that changes between two statements makes a second look necessary; this often it does not happen. */
const LOOKS_MAX = 10;

export class PolicyDocuments {
  readonly #byRevision = new Map<string, PolicyDocument>();

  /** What is attached to the targets, with every document parsed. */
  async attached(
    db: Queryable,
    { organizationId, type }: { readonly organizationId: string; readonly type: PolicyType },
    targetIds: readonly string[],
  ): Promise<Attached> {
    if (this.#byRevision.size > DOCUMENTS_MAX) this.#byRevision.clear();
    for (let look = 0; look < LOOKS_MAX; look++) {
      const policiesOf = await attachmentsOf(db, organizationId, type, targetIds);
      const missing = this.#missing([...policiesOf.values()].flat());
      for (const { content, ...policy } of await contentsOf(db, missing)) {
        const document = present(parsePolicy(content), `a readable content of ${policy.id}`);
        this.#byRevision.set(nameOf(policy), document);
      }
      if (this.#missing([...policiesOf.values()].flat()).length === 0) {
        return { policiesOf, documentOf: (policy) => present(this.#byRevision.get(nameOf(policy)), nameOf(policy)) };
      }
    }
    throw new Error(`Policies of ${organizationId} changed ${LOOKS_MAX} times while they were read`);
  }

  #missing(policies: readonly PolicyRevision[]): string[] {
    return [...new Set(policies.filter((policy) => !this.#byRevision.has(nameOf(policy))).map(({ id }) => id))];
  }
}

function nameOf({ id, revision }: PolicyRevision): string {
  return `${id}.${revision}`;
}
