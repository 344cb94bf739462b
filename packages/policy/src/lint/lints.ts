/**
 * The lints beyond AWS's verdict: each with its id and the reason why it is worth a look.
 *
 * The reference page is generated from this table. Errors will fail or lose backups, warnings are likely mistakes,
 * infos are worth knowing.
 */

export type Severity = 'error' | 'warning' | 'info';

export interface Lint {
  readonly severity: Severity;
  /** What it finds, in one line. */
  readonly title: string;
  /** Why it matters and where the rule comes from. */
  readonly reason: string;
}

export type LintId = keyof typeof LINT_TABLE;

const LINT_TABLE = {
  'unknown-vault': {
    severity: 'error',
    title: 'A vault is named that the account does not have in the Region',
    reason:
      'Organizations does not check vaults: the plan is made, and each of its backup jobs fails. Needs the list of vaults in the organization data.',
  },
  'unknown-role': {
    severity: 'error',
    title: 'A role is named that the account does not have',
    reason:
      'Organizations does not check roles: the selection cannot be evaluated and nothing is backed up. Needs the list of roles in the organization data.',
  },
  'cold-storage-gap': {
    severity: 'error',
    title: 'Recovery points would be deleted less than 90 days after they move to cold storage',
    reason:
      'AWS Backup refuses such a lifecycle when it makes the plan, while Organizations admits the policy and reports nothing.',
  },
  'continuous-retention': {
    severity: 'error',
    title: 'A continuous backup is kept for more than 35 days, for ever, or moves to cold storage',
    reason:
      'Each policy may be admitted alone; together they make the effective policy invalid, or AWS Backup refuses the plan.',
  },
  'copy-to-itself': {
    severity: 'error',
    title: 'A copy goes to the vault, account and Region that the backup is in',
    reason: 'The copy protects from nothing that the backup does not, and copy jobs to the same vault fail.',
  },
  'copy-within-region': {
    severity: 'warning',
    title: 'A copy stays in the account and Region of the backup',
    reason: 'Another vault of the same account and Region is lost together with the first one in most disasters.',
  },
  'schedule-never-fires': {
    severity: 'error',
    title: 'A schedule has no run left',
    reason:
      'A schedule was judged when its policy was stored. Years pass; afterwards the rule stays in the plan and does nothing.',
  },
  'control-without-effect': {
    severity: 'warning',
    title: 'A control on children changes nothing',
    reason:
      'Nothing in the organization is refused by it, now or possibly: controls above forbid as much already, or it allows everything. It promises a lock that is not there, or hides one that is elsewhere.',
  },
  'container-control-without-lock': {
    severity: 'info',
    title: 'A control on a container leaves the settings inside open',
    reason:
      'It only decides whether children may add keys. Settings that are there already can still be changed below unless each has a control of its own (rule R10).',
  },
  'refused-override': {
    severity: 'warning',
    title: 'A setting is refused by a control above',
    reason: 'AWS ignores it without a word: the author believes that it is in force.',
  },
  'order-decides': {
    severity: 'warning',
    title: 'Two policies of one node assign the same setting differently',
    reason:
      'The one attached first wins. Detaching and attaching it again turns the result round, and nothing in the console shows the order.',
  },
  'plan-reduced-to-nothing': {
    severity: 'warning',
    title: 'A plan that policies speak of does not appear in the effective policy',
    reason: 'Nothing of it was assigned, or all was refused: AWS drops the plan without an error.',
  },
  'invalid-effective-policy': {
    severity: 'error',
    title: 'The effective policy of accounts is invalid',
    reason:
      'The whole new document is withheld, its valid plans too; accounts stay with their last valid one, or without any.',
  },
  'policy-not-attached': {
    severity: 'info',
    title: 'A policy is attached to nothing',
    reason: 'It has no effect.',
  },
  'policy-reaches-nobody': {
    severity: 'info',
    title: 'A policy is attached only where there are no accounts',
    reason: 'It has no effect until accounts come.',
  },
  'near-content-limit': {
    severity: 'warning',
    title: 'A policy has reached 80 % of the characters that its type may have',
    reason: 'The next change may be refused with POLICY_CONTENT_LIMIT_EXCEEDED.',
  },
  'near-attachment-limit': {
    severity: 'warning',
    title: 'A node has reached 80 % of the policies of a type that may be attached',
    reason: 'The next attachment may be refused.',
  },
  'near-policy-limit': {
    severity: 'warning',
    title: 'The organization has reached 80 % of the policies of a type',
    reason: 'The next CreatePolicy may be refused.',
  },
  'near-rule-limit': {
    severity: 'warning',
    title: 'A plan has reached 80 % of its ten rules',
    reason: 'One rule too many, from any policy below, makes the effective policy invalid and withholds it whole.',
  },
  'near-copy-limit': {
    severity: 'warning',
    title: 'A rule has reached 80 % of its five copy actions',
    reason: 'AWS Backup refuses a plan with more.',
  },
  'near-condition-limit': {
    severity: 'warning',
    title: 'A selection has reached 80 % of its thirty conditions or tags',
    reason: 'AWS Backup refuses a selection with more.',
  },
  'near-selection-limit': {
    severity: 'warning',
    title: 'A plan has reached 80 % of its hundred selections, or of the ten that may use tags',
    reason: 'AWS Backup refuses further selections of the plan.',
  },
  'near-document-limit': {
    severity: 'warning',
    title: 'An effective tag policy has reached 80 % of the size or of the required tags that it may have',
    reason: 'Beyond, the effective policy is invalid and withheld.',
  },
  'windows-overlap': {
    severity: 'warning',
    title: 'A backup may still run when the next one of the same rule is due',
    reason:
      'One resource has one backup at a time: the next run waits, and expires if its start window passes meanwhile.',
  },
  'windows-too-short': {
    severity: 'error',
    title: 'A backup must be complete before its start window ends',
    reason: 'Jobs that start late in their window are stopped before they can complete.',
  },
  'retention-below-interval': {
    severity: 'warning',
    title: 'Recovery points are deleted before the next backup is made',
    reason: 'Between the two there is nothing to restore from.',
  },
  'no-retention': {
    severity: 'info',
    title: 'Recovery points are kept for ever',
    reason: 'Without delete_after_days nothing is ever deleted: cost grows without end.',
  },
  'account-placeholder-missing': {
    severity: 'error',
    title: '$account is missing where each account needs its own',
    reason:
      'Policies reach many accounts: a role or vault with a fixed account number is refused at admission, or means a copy into one single account.',
  },
  'same-rule-window': {
    severity: 'info',
    title: 'Two rules of a plan start at the same time',
    reason: 'Of overlapping start windows of one plan AWS Backup makes only the backup with the longer retention.',
  },
  'unreadable-policy': {
    severity: 'error',
    title: 'A policy of the snapshot is not a policy document',
    reason: 'AWS stores no such text: the snapshot was changed or cut. It is evaluated as if it were empty.',
  },
} as const satisfies Readonly<Record<string, Lint>>;

export const LINTS: Readonly<Record<LintId, Lint>> = LINT_TABLE;
