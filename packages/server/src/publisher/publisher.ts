/**
 * The room that publishes effective policies: changes that were gathered long enough become work by account, work
 * becomes documents, a batch of accounts in one transaction.
 *
 * Any number of servers may run it side by side. Killed at any moment: what was not committed is still to be done.
 * Not here: merging (evaluate), what a document means (@holdfast/policy), plans (reconciler).
 * Source: organizations spec 5.7, 6.2; recorded rules B.6, B.7.
 */
import type { Instant } from '@holdfast/kernel';
import { isManagementPolicyType, type ManagementPolicyType } from '@holdfast/policy';
import type { Room } from '../background.ts';
import type { Installation } from '../installation.ts';
import type { Tx } from '../store/database.ts';
import { notePublished } from '../store/effective-policy-progress.ts';
import {
  type AccountToPublish,
  accountsThatMayHavePlans,
  accountsToPublish,
  enablementOf,
  expandChanges,
  type PublicationWork,
  type PublishedNow,
  requestReconciliation,
  storeDocuments,
  storePublications,
  sweepDocuments,
  takeWork,
} from '../store/effective-policy-work.ts';
import { digestOf, type Evaluation, type Evaluator, evaluatorOf, targetIdsOf } from './evaluate.ts';
import { PolicyDocuments } from './policy-documents.ts';

/** How soon a change that became due is seen. */
const INTERVAL_MS = 500;
/** Accounts in one transaction: a few tens of milliseconds. */
const BATCH_ACCOUNTS = 1_000;
/** Documents are kept this long after their last use, for those who are about to point to them. */
const SWEEP_AFTER_MS = 3_600_000;
/** The type whose documents become plans. */
const RECONCILED_TYPE = 'BACKUP_POLICY';
const EMPTY = '{}';

export function publisherRoom(installation: Installation): Room {
  const documents = new PolicyDocuments();
  return { name: 'publisher', intervalMs: INTERVAL_MS, tick: (signal) => publishDue(installation, documents, signal) };
}

async function publishDue(installation: Installation, documents: PolicyDocuments, signal: AbortSignal): Promise<void> {
  const { db, clock, log, wake } = installation;
  const run: Run = { installation, documents, evaluators: new Map(), accounts: 0, reconciled: 0 };
  await db.transaction().execute((tx) => expandChanges(tx, clock.now()));
  while (!signal.aborted && (await publishBatch(run))) if (run.reconciled > 0) wake('reconciler');
  if (run.accounts === 0) return;
  const swept = await db.transaction().execute((tx) => sweepDocuments(tx, clock.now() - SWEEP_AFTER_MS));
  log.info('publisher.published', { accounts: run.accounts, reconciled: run.reconciled, swept });
}

/** One tick: evaluations are shared within it, not beyond, since their validity depends on the time. */
interface Run {
  readonly installation: Installation;
  readonly documents: PolicyDocuments;
  readonly evaluators: Map<string, DatedEvaluator>;
  accounts: number;
  reconciled: number;
}

interface DatedEvaluator extends Evaluator {
  readonly at: Instant;
}

/** False: nothing was left. */
async function publishBatch(run: Run): Promise<boolean> {
  const batch = await run.installation.db.transaction().execute(async (tx) => {
    const work = await takeWork(tx, BATCH_ACCOUNTS);
    let reconciled = 0;
    for (const group of Map.groupBy(work, ({ organizationId, type }) => `${organizationId} ${type}`).values()) {
      reconciled += await publishGroup(tx, run, group);
    }
    return { accounts: work.length, reconciled };
  });
  run.accounts += batch.accounts;
  run.reconciled += batch.reconciled;
  return batch.accounts > 0;
}

/** Work of one organization and type. Returns how many accounts the reconciler has to look at. */
async function publishGroup(tx: Tx, run: Run, work: readonly PublicationWork[]): Promise<number> {
  const [first] = work;
  if (!first || !isManagementPolicyType(first.type)) return 0;
  const { organizationId, type } = first;
  const accountIds = work.map(({ accountId }) => accountId);
  const enablement = await enablementOf(tx, organizationId, type);
  const reconciled = type === RECONCILED_TYPE;
  // Looked up before their documents are replaced.
  const empty = digestOf(type, EMPTY);
  const mayHavePlans = reconciled ? await accountsThatMayHavePlans(tx, { type, empty }, accountIds) : new Set<string>();
  const changed =
    enablement === undefined
      ? { toEmpty: accountIds, toContent: [] }
      : await publishAccounts(tx, run, { organizationId, type, enablement }, accountIds);
  if (!reconciled) return 0;
  // Nothing is wanted of the others, and nothing is there: enabling the type costs no account a look.
  const concerned = [...changed.toContent, ...changed.toEmpty.filter((accountId) => mayHavePlans.has(accountId))];
  await requestReconciliation(tx, concerned, run.installation.clock.now());
  return concerned.length;
}

interface Scope {
  readonly organizationId: string;
  readonly type: ManagementPolicyType;
  readonly enablement: number;
}

/** Accounts whose document in force is another one than before. */
interface Changed {
  readonly toEmpty: readonly string[];
  readonly toContent: readonly string[];
}

async function publishAccounts(tx: Tx, run: Run, scope: Scope, accountIds: readonly string[]): Promise<Changed> {
  const { organizationId, type, enablement } = scope;
  const { clock } = run.installation;
  const accounts = await accountsToPublish(tx, organizationId, type, accountIds);
  const targetIds = new Set(accounts.flatMap(({ path }) => targetIdsOf(path)));
  const attached = await run.documents.attached(tx, scope, [...targetIds]);
  const evaluator = datedEvaluator(run, scope);
  const documents = new Map<string, string>();
  const publications = accounts.map((account): PublishedNow & Pick<AccountToPublish, 'before'> => {
    const evaluation = evaluator.evaluate(targetIdsOf(account.path), attached);
    const inForce = inForceAfter(evaluation, account, scope);
    if (inForce.content !== undefined) documents.set(inForce.digest.toString('hex'), inForce.content);
    return { ...account, ...inForce, faults: evaluation.faults };
  });
  const stored = [...documents].map(([digest, content]) => ({ digest: Buffer.from(digest, 'hex'), type, content }));
  await storeDocuments(tx, stored, clock.now());
  const times = { evaluatedAt: evaluator.at, updatedAt: clock.now() };
  await storePublications(tx, { organizationId, type, enablement, ...times }, publications);
  await notePublished(tx, scope, times.updatedAt);
  const changed = publications.filter(
    ({ before, digest }) => before?.enablement !== enablement || !before.digest.equals(digest),
  );
  const empty = digestOf(type, EMPTY);
  const [toEmpty = [], toContent = []] = [true, false].map((isEmpty) =>
    changed.filter(({ digest }) => digest.equals(empty) === isEmpty).map(({ accountId }) => accountId),
  );
  return { toEmpty, toContent };
}

interface InForce {
  readonly digest: Buffer;
  readonly contributors: readonly string[];
  /** Undefined: the document is stored already. */
  readonly content?: string;
}

/**
 * A document with faults is withheld whole: the last valid one stays, `{}` if there was none since the type was
 * enabled. The same rule as `publish` of @holdfast/policy, on digests, so that no former document has to be read.
 */
function inForceAfter(evaluation: Evaluation, { before }: AccountToPublish, { type, enablement }: Scope): InForce {
  if (evaluation.faults.length === 0) return evaluation;
  if (before?.enablement === enablement) return { digest: before.digest, contributors: before.contributors };
  return { digest: digestOf(type, EMPTY), contributors: [], content: EMPTY };
}

function datedEvaluator({ evaluators, installation }: Run, { organizationId, type }: Scope): DatedEvaluator {
  const name = `${organizationId} ${type}`;
  let evaluator = evaluators.get(name);
  if (!evaluator) {
    const at = installation.clock.now();
    evaluator = { at, ...evaluatorOf(type, at) };
    evaluators.set(name, evaluator);
  }
  return evaluator;
}
