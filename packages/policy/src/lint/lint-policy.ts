/**
 * Lints one policy by its text alone: what AWS refuses, with the place, and what AWS takes and should not.
 */
import type { Instant } from '@holdfast/kernel';
import { admit, checkPolicy } from '../admission/admit.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { ALL_OPERATORS, opensContainer } from '../document/operators.ts';
import { nodeAt, type PolicyDocument, type PolicyNode } from '../document/policy-document.ts';
import { effectivePolicy } from '../effective/effective-policy.ts';
import { mergeLevel } from '../merge/merge-level.ts';
import { EMPTY_STATE } from '../merge/merged-node.ts';
import { plansOf } from '../plans/plans-of.ts';
import { isManagementPolicyType, POLICY_TYPES, type PolicyType } from '../policy-types.ts';
import type { LintFinding } from './lint-finding.ts';
import { LINTS, type LintId } from './lints.ts';
import { lintPlan, NEAR_LIMIT } from './plan-lints.ts';

/** By place in the text. Never throws, whatever the text. */
export function lintPolicy(type: PolicyType, text: string, now: Instant): readonly LintFinding[] {
  const findings: LintFinding[] = [...contentLength(type, text)];
  if (isManagementPolicyType(type)) {
    const { document, diagnostics } = checkPolicy(type, text, now);
    findings.push(...diagnostics.map(admissionFinding));
    if (document) findings.push(...controlFindings(document));
    if (document && type === 'BACKUP_POLICY') findings.push(...planFindings(document, now));
  } else {
    const admission = admit(type, text, now);
    if (admission.verdict === 'malformed') findings.push(...admission.diagnostics.map(admissionFinding));
  }
  return findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function* contentLength(type: PolicyType, text: string): Generator<LintFinding> {
  const { contentMax } = POLICY_TYPES[type];
  const place = { path: [], line: 1, column: 1 };
  const message = `${text.length} of at most ${contentMax} characters`;
  if (text.length > contentMax) yield { id: 'admission/too-long', severity: 'error', message, ...place };
  else if (text.length >= contentMax * NEAR_LIMIT) {
    yield { id: 'near-content-limit', severity: LINTS['near-content-limit'].severity, message, ...place };
  }
}

/** Settings in which each account must have its own place. */
const ACCOUNT_SETTINGS = ['iam_role_arn', 'scanner_role_arn', 'target_logically_air_gapped_backup_vault_arn'];

function admissionFinding({ code, severity, path, message, suggestion, line, column }: Diagnostic): LintFinding {
  const setting = path.findLast((key) => !key.startsWith('@@'))?.toLowerCase() ?? '';
  const isPlaceholder = code === 'value' && ACCOUNT_SETTINGS.includes(setting) && !message.includes('$account');
  return {
    id: isPlaceholder ? 'account-placeholder-missing' : `admission/${code}`,
    severity,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    path,
    line,
    column,
  };
}

function* controlFindings(document: PolicyDocument): Generator<LintFinding> {
  for (const { node, path } of nodesOf(document.root, [])) {
    const { control } = node;
    if (!control) continue;
    const place = { path, ...document.positionOf(control.offset) };
    if (control.allowed === ALL_OPERATORS) {
      yield finding('control-without-effect', 'A control that allows all operators is the same as none', place);
    } else if (node.children.size > 0 && !opensContainer(control.allowed) && !areAllLocked(node)) {
      const message = `No key can be added to ${path.at(-1) ?? 'the document'}, but the settings inside can be changed`;
      yield finding('container-control-without-lock', message, place);
    }
  }
}

function areAllLocked(node: PolicyNode): boolean {
  return node.children.values().every(({ node: child }) => {
    if (child.children.size > 0) return areAllLocked(child);
    return child.control !== undefined && child.control.allowed !== ALL_OPERATORS;
  });
}

function* nodesOf(
  node: PolicyNode,
  path: readonly string[],
): Generator<{ readonly node: PolicyNode; readonly path: readonly string[] }> {
  yield { node, path };
  for (const child of node.children.values()) yield* nodesOf(child.node, [...path, child.name]);
}

function* planFindings(document: PolicyDocument, now: Instant): Generator<LintFinding> {
  const state = mergeLevel(EMPTY_STATE, [{ id: '', document }]);
  for (const plan of plansOf(effectivePolicy('BACKUP_POLICY', state, now).document)) {
    for (const { id, path, message, suggestion } of lintPlan(plan, now, false)) {
      yield finding(id, message, { path, ...positionAt(document, path) }, suggestion);
    }
  }
}

/** Of the deepest node on the way to a path of folded keys that the document has. */
export function positionAt(
  document: PolicyDocument,
  path: readonly string[],
): { readonly line: number; readonly column: number } {
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(document.root, ...path.slice(0, length - 1));
    const child = parent?.children.get(path[length - 1] ?? '');
    if (child) return document.positionOf(child.offset);
  }
  return document.positionOf(document.root.offset);
}

function finding(
  id: LintId,
  message: string,
  place: Pick<LintFinding, 'path' | 'line' | 'column'>,
  suggestion?: string,
): LintFinding {
  return { id, severity: LINTS[id].severity, message, ...(suggestion === undefined ? {} : { suggestion }), ...place };
}
