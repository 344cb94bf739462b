/**
 * Lints a whole organization: what only shows where policies meet each other, accounts, vaults and limits.
 *
 * Plans that accounts share are looked at once; controls and refusals at the node where the refused policy hangs.
 */
import { writeEffective } from '../effective/effective-document.ts';
import type { EffectivePolicy } from '../effective/effective-policy.ts';
import { mostRequiredTags, REQUIRED_TAGS_MAX, TAG_DOCUMENT_BYTES_MAX, utf8Length } from '../effective/tag-policy.ts';
import { type MergedNode, mergedAt } from '../merge/merged-node.ts';
import type { OrganizationEvaluation } from '../organization/evaluate-organization.ts';
import { namesOf } from '../organization/names.ts';
import { plansOf } from '../plans/plans-of.ts';
import { POLICY_TYPES } from '../policy-types.ts';
import { attachmentFindings } from './attachment-lints.ts';
import type { LintFinding } from './lint-finding.ts';
import { positionAt } from './lint-policy.ts';
import { LINTS, type LintId } from './lints.ts';
import { lintPlan, nearLimit, type PlanFinding } from './plan-lints.ts';
import { presenceFindings } from './presence-lints.ts';

/** Findings about single texts are `lintPolicy`'s and not repeated here. */
export function lintOrganization(evaluation: OrganizationEvaluation): readonly LintFinding[] {
  return [
    ...unreadable(evaluation),
    ...limits(evaluation),
    ...unusedPolicies(evaluation),
    ...attachmentFindings(evaluation),
    ...effectiveFindings(evaluation),
  ];
}

function unreadable({ unreadable }: OrganizationEvaluation): readonly LintFinding[] {
  const message = 'The content is not a policy document; it counts as empty';
  return unreadable.map((policyId) => ({ id: 'unreadable-policy', severity: 'error', message, policyId, path: [] }));
}

function* limits({ snapshot, type }: OrganizationEvaluation): Generator<LintFinding> {
  const facts = POLICY_TYPES[type];
  const ofType = snapshot.policies.filter((policy) => policy.type === type);
  for (const found of nearLimit(
    'near-policy-limit',
    ofType.length,
    facts.policiesMax,
    [],
    `policies of type ${type}`,
  )) {
    yield withSeverity(found);
  }
  for (const { id, content } of ofType) {
    for (const found of nearLimit('near-content-limit', content.length, facts.contentMax, [], 'characters')) {
      yield { ...withSeverity(found), policyId: id };
    }
  }
  const ids = new Set(ofType.map(({ id }) => id));
  for (const { targetId, policyIds } of snapshot.attachments) {
    const count = policyIds.filter((id) => ids.has(id)).length;
    for (const found of nearLimit('near-attachment-limit', count, facts.attachedMax, [], 'attached policies')) {
      yield { ...withSeverity(found), nodeId: targetId };
    }
  }
}

function* unusedPolicies(evaluation: OrganizationEvaluation): Generator<LintFinding> {
  const { snapshot, type } = evaluation;
  const above = new Set<string>();
  const parents = new Map(snapshot.organizationalUnits.map(({ id, parentId }) => [id, parentId]));
  for (const account of snapshot.accounts) {
    above.add(account.id);
    for (let at: string | undefined = account.parentId; at !== undefined && !above.has(at); at = parents.get(at))
      above.add(at);
  }
  for (const { id, type: itsType } of snapshot.policies) {
    if (itsType !== type) continue;
    const targets = evaluation.targetsOf(id);
    if (targets.length === 0) {
      const message = 'It is attached to nothing';
      yield { ...withSeverity({ id: 'policy-not-attached', message, path: [] }), policyId: id };
    } else if (!targets.some((target) => above.has(target))) {
      const message = 'There are no accounts below the nodes that it is attached to';
      yield { ...withSeverity({ id: 'policy-reaches-nobody', message, path: [] }), policyId: id };
    }
  }
}

/** Findings about effective policies, each once with all accounts that show it. */
function effectiveFindings(evaluation: OrganizationEvaluation): readonly LintFinding[] {
  const groups = new Map<string, { readonly finding: LintFinding; readonly accountIds: string[] }>();
  const byPlan = new Map<MergedNode, readonly PlanFinding[]>();
  const add = (finding: LintFinding, accountIds: readonly string[]): void => {
    const key = JSON.stringify([finding.id, finding.path, finding.message, finding.policyId]);
    const group = groups.get(key);
    if (group) group.accountIds.push(...accountIds);
    else groups.set(key, { finding, accountIds: [...accountIds] });
  };
  for (const [policy, accountIds] of Map.groupBy(evaluation.accountIds, (id) => evaluation.policyOf(id))) {
    if (!policy) continue;
    for (const found of findingsOf(policy, evaluation, byPlan)) {
      add({ ...withSeverity(found), ...whoIsAtFault(found, policy, evaluation) }, accountIds);
    }
    for (const { accountId, found } of presenceFindings(policy, accountIds, evaluation.snapshot)) {
      add({ ...withSeverity(found), ...whoIsAtFault(found, policy, evaluation) }, [accountId]);
    }
  }
  return [...groups.values()].map(({ finding, accountIds }) => ({ ...finding, accountIds }));
}

function* findingsOf(
  policy: EffectivePolicy,
  { now, snapshot }: OrganizationEvaluation,
  byPlan: Map<MergedNode, readonly PlanFinding[]>,
): Generator<PlanFinding> {
  for (const { path, message, contributingPolicies } of policy.errors) {
    const by = contributingPolicies.map((id) => namesOf(snapshot).policy(id)).join(', ');
    yield { id: 'invalid-effective-policy', path: path.split('/'), message: `${path}: ${message} (from ${by})` };
  }
  if (policy.type === 'TAG_POLICY') yield* tagFindings(policy);
  if (policy.type !== 'BACKUP_POLICY') return;
  const plans = mergedAt(policy.state, ['plans']);
  for (const [name, node] of plans?.children ?? []) {
    if (!node.isPruned) continue;
    const message = `Plan ${plans?.spelling(name) ?? name} is spoken of and does not exist: nothing of it is in force`;
    yield { id: 'plan-reduced-to-nothing', path: ['plans', name], message };
  }
  for (const plan of plansOf(policy.document)) {
    const node = plans?.children.get(plan.name);
    let found = node && byPlan.get(node);
    if (!found) {
      found = [...lintPlan(plan, now, true)];
      if (node) byPlan.set(node, found);
    }
    yield* found;
  }
}

function* tagFindings({ document }: EffectivePolicy): Generator<PlanFinding> {
  const bytes = utf8Length(writeEffective(document));
  yield* nearLimit('near-document-limit', bytes, TAG_DOCUMENT_BYTES_MAX, ['tags'], 'bytes');
  const required = mostRequiredTags(document);
  yield* nearLimit('near-document-limit', required, REQUIRED_TAGS_MAX, ['tags'], 'tags required of one resource type');
}

/** The policy that set the value found, or last set something below it, with the place in its text. */
function whoIsAtFault(
  { path }: PlanFinding,
  { state }: EffectivePolicy,
  evaluation: OrganizationEvaluation,
): Pick<LintFinding, 'policyId' | 'line' | 'column'> {
  const value = mergedAt(state, path)?.value;
  const policyId = value?.kind === 'single' ? value.policyId : value?.shapedBy.at(-1);
  const document = policyId === undefined ? undefined : evaluation.documentOf(policyId);
  if (policyId === undefined || !document) return {};
  return { policyId, ...positionAt(document, path) };
}

function withSeverity({ id, message, path, suggestion }: PlanFinding): LintFinding & { readonly id: LintId } {
  return { id, severity: LINTS[id].severity, message, path, ...(suggestion === undefined ? {} : { suggestion }) };
}
