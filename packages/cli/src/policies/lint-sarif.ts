/**
 * Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read.
 *
 * A finding about the organization itself points to the snapshot's file as a whole and names policy and node as logical
 * location: lines count in a policy's content, which is one line of the snapshot.
 */
import { LINTS, type LintFinding } from '@holdfast/policy';
import { type PlacedFinding, placeOf, wholeMessage } from './lint-report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** `snapshotFile`: where findings without a file of their own point to. */
export function sarif(findings: readonly PlacedFinding[], snapshotFile: string | undefined): unknown {
  const ids = [...new Set(findings.map(({ finding }) => finding.id))].toSorted();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'holdfast policy lint', rules: ids.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((placed) => resultOf(placed, ids, snapshotFile)),
      },
    ],
  };
}

function ruleOf(id: string): unknown {
  const lint = Object.entries(LINTS).find(([name]) => name === id)?.[1];
  if (!lint) return { id };
  return {
    id,
    shortDescription: { text: lint.title },
    fullDescription: { text: lint.reason },
    defaultConfiguration: { level: levelOf(lint.severity) },
  };
}

function resultOf(placed: PlacedFinding, ids: readonly string[], snapshotFile: string | undefined): unknown {
  const { finding, file, subject } = placed;
  const { id, severity, line, column, path } = finding;
  const artifact = file ?? snapshotFile;
  const region =
    file === undefined || line === undefined
      ? { startLine: 1 }
      : { startLine: line, ...(column === undefined ? {} : { startColumn: column }) };
  const logical = [...(subject === undefined ? [] : [placeOf({ finding, subject })]), ...path].join('/');
  return {
    ruleId: id,
    ruleIndex: ids.indexOf(id),
    level: levelOf(severity),
    message: { text: wholeMessage(finding) },
    locations: [
      {
        ...(artifact === undefined ? {} : { physicalLocation: { artifactLocation: { uri: uriOf(artifact) }, region } }),
        ...(logical === '' ? {} : { logicalLocations: [{ fullyQualifiedName: logical }] }),
      },
    ],
  };
}

function levelOf(severity: LintFinding['severity']): string {
  return severity === 'info' ? 'note' : severity;
}

function uriOf(file: string): string {
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
