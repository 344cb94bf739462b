/**
 * Findings of the linter, placed where their reader can go, and printed for people or programs.
 *
 * Not here: SARIF (lint-sarif.ts), what is found (@holdfast/policy).
 */
import type { LintFinding, OrganizationSnapshot } from '@holdfast/policy';
import { nodePathsOf } from '../organization/node-paths.ts';
import type { Colours } from '../output/colour.ts';
import { listed } from '../output/listed.ts';
import { plural } from '../output/quantities.ts';
import { printable } from '../output/text-width.ts';

export interface PlacedFinding {
  readonly finding: LintFinding;
  /** Line and column count in this file. Absent: it is about the organization. */
  readonly file?: string;
  /** A policy or a node as people call it. */
  readonly subject?: string;
}

/** `fileOf`: which file a policy's content was read from, if from one of its own. */
export function placed(
  findings: readonly LintFinding[],
  snapshot: OrganizationSnapshot,
  fileOf: (policyId: string) => string | undefined,
): PlacedFinding[] {
  const path = nodePathsOf(snapshot);
  const names = new Map(snapshot.policies.map(({ id, name }) => [id, name]));
  return findings.map((finding) => {
    const { policyId, nodeId } = finding;
    const file = policyId === undefined ? undefined : fileOf(policyId);
    const parts = [
      ...(policyId === undefined ? [] : [`policy ${names.get(policyId) ?? policyId}`]),
      ...(nodeId === undefined ? [] : [path(nodeId)]),
    ];
    return {
      finding,
      ...(file === undefined ? {} : { file }),
      ...(parts.length === 0 ? {} : { subject: parts.join(' at ') }),
    };
  });
}

/** `base.json:12:7`, or `policy base at Root:12:7`. */
export function placeOf({ finding: { line, column }, file, subject }: PlacedFinding): string {
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  return `${file ?? subject ?? 'the organization'}${position}`;
}

export function lintLines(findings: readonly PlacedFinding[], colours: Colours): string[] {
  return [...findings.flatMap((finding) => findingLines(finding, colours)), lintSummary(findings)];
}

function findingLines(placedFinding: PlacedFinding, colours: Colours): string[] {
  const { id, severity, message, suggestion, path, accountIds = [] } = placedFinding.finding;
  const colour = { error: colours.bad, warning: colours.warn, info: colours.faint }[severity];
  return [
    `${printable(placeOf(placedFinding))}: ${colour(severity)} ${printable(message)} ${colours.faint(`[${id}]`)}`,
    ...(path.length === 0 ? [] : [`  ${colours.faint('at:')} ${printable(path.join('/'))}`]),
    ...(accountIds.length === 0 ? [] : [`  ${colours.faint('accounts:')} ${listed(accountIds)}`]),
    ...(suggestion === undefined ? [] : [`  ${colours.faint('what to do:')} ${printable(suggestion)}`]),
  ];
}

function lintSummary(findings: readonly PlacedFinding[]): string {
  const count = (severity: LintFinding['severity']): number =>
    findings.filter(({ finding }) => finding.severity === severity).length;
  return [plural(count('error'), 'error'), plural(count('warning'), 'warning'), plural(count('info'), 'remark')].join(
    ', ',
  );
}

/**
 * Workflow commands of GitHub Actions, which show each finding beside its line.
 * Source: GitHub's documentation, "Workflow commands": data escapes percent and line ends, properties also colon and
 * comma.
 */
export function githubLines(findings: readonly PlacedFinding[]): string[] {
  return findings.map((placedFinding) => {
    const { finding, file, subject } = placedFinding;
    const { id, severity, line, column } = finding;
    const command = { error: 'error', warning: 'warning', info: 'notice' }[severity];
    const properties = [
      ...(file === undefined ? [] : [`file=${property(file)}`]),
      ...(file === undefined || line === undefined ? [] : [`line=${line}`]),
      ...(file === undefined || column === undefined ? [] : [`col=${column}`]),
      `title=${property(id)}`,
    ];
    const about = file === undefined && subject !== undefined ? `${placeOf(placedFinding)}: ` : '';
    return `::${command} ${properties.join(',')}::${data(`${about}${wholeMessage(finding)}`)}`;
  });
}

/** With what to do about it. */
export function wholeMessage({ message, suggestion }: LintFinding): string {
  return suggestion === undefined ? message : `${message}. ${suggestion}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
