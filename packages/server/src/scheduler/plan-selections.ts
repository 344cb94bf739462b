/**
 * A plan's selections at the moment its rules fire: whose roles work, and which resource goes with which role.
 * Source: backup spec 4.2, 4.3 (opt-in; the management account's for plans of the organization), 10.4.
 */
import { parseArn } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import { roleMessage, tagReading } from '../plans/role-problem.ts';
import { type Candidate, compileSelection, type OptedIn } from '../plans/selection.ts';
import { usesTags } from '../plans/selection-fault.ts';
import type { Tx } from '../store/database.ts';
import { membershipOf } from '../store/organizations.ts';
import { isOptedIn, regionSettingsOf } from '../store/region-settings.ts';
import type { DuePlan } from '../store/schedule.ts';
import type { SelectionRow } from '../store/selections.ts';

const SERVICE_PRINCIPAL = 'backup.amazonaws.com';

export interface ReadySelections {
  /** The role that backs the resource up; undefined: no selection takes it. The oldest selection wins. */
  roleFor(resource: Candidate): string | undefined;
  /** Why selections could not be evaluated. */
  readonly problems: readonly string[];
  /** Whether any selection can take anything. */
  readonly any: boolean;
}

interface RoleUse {
  /** Of the plan. */
  readonly accountId: string;
  readonly roleArn: string;
  readonly readsTags: boolean;
}

/** Answers that many plans of one tick share. */
export class SelectionFacts {
  readonly #authorizer: Installation['authorizer'];
  readonly #roles = new Map<string, Promise<string | undefined>>();
  readonly #optIns = new Map<string, Promise<OptedIn>>();
  readonly #managers = new Map<string, Promise<string>>();

  constructor({ authorizer }: Pick<Installation, 'authorizer'>) {
    this.#authorizer = authorizer;
  }

  async ready(tx: Tx, plan: DuePlan, selections: readonly SelectionRow[]): Promise<ReadySelections> {
    const optedIn = await this.#optIn(tx, plan);
    const problems: string[] = [];
    const takers: { takes: (resource: Candidate) => boolean; roleArn: string }[] = [];
    for (const { document, iam_role_arn: roleArn } of selections) {
      const problem = await this.#roleProblem(tx, {
        accountId: plan.accountId,
        roleArn,
        readsTags: usesTags(document),
      });
      if (problem === undefined) takers.push({ takes: compileSelection(document, optedIn), roleArn });
      else problems.push(`Selection ${document.SelectionName}: ${problem}`);
    }
    return {
      roleFor: (resource) => takers.find(({ takes }) => takes(resource))?.roleArn,
      problems,
      any: takers.length > 0,
    };
  }

  #roleProblem(tx: Tx, { accountId, roleArn, readsTags }: RoleUse): Promise<string | undefined> {
    // A policy of the organization may name any role: those of other accounts are none here, whoever trusts the service.
    if (parseArn(roleArn)?.accountId !== accountId) return Promise.resolve(roleMessage({ kind: 'missing' }, roleArn));
    return remembered(this.#roles, `${roleArn} ${readsTags}`, async () => {
      const questions = readsTags ? [tagReading] : [];
      const problem = await this.#authorizer.roleProblem(tx, roleArn, SERVICE_PRINCIPAL, questions);
      return problem && roleMessage(problem, roleArn);
    });
  }

  async #optIn(tx: Tx, plan: DuePlan): Promise<OptedIn> {
    const accountId = plan.managedBy === 'ORGANIZATION' ? await this.#manager(tx, plan.accountId) : plan.accountId;
    return remembered(this.#optIns, `${accountId} ${plan.region}`, async () => {
      const settings = await regionSettingsOf(tx, accountId, plan.region);
      return (resourceType) => isOptedIn(settings, resourceType);
    });
  }

  #manager(tx: Tx, accountId: string): Promise<string> {
    return remembered(
      this.#managers,
      accountId,
      async () => (await membershipOf(tx, accountId))?.organization.managementAccountId ?? accountId,
    );
  }
}

function remembered<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  find: () => Promise<Value>,
): Promise<Value> {
  const answer = known.get(key) ?? find();
  known.set(key, answer);
  return answer;
}
