/** The command tree: every command's own file adds itself here. */
import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addAccountCreate } from './commands/account-create.ts';
import { addAccountSetRootPassword } from './commands/account-set-root-password.ts';
import { addAuditExport } from './commands/audit-export.ts';
import { addAuditTail } from './commands/audit-tail.ts';
import { addAuditVerify } from './commands/audit-verify.ts';
import { addDoctor } from './commands/doctor.ts';
import { addIamExplain } from './commands/iam-explain.ts';
import { addJobs } from './commands/jobs.ts';
import { addOrgExport } from './commands/org-export.ts';
import { addOrgImport } from './commands/org-import.ts';
import { addPolicyCalendar } from './commands/policy-calendar.ts';
import { addPolicyDiff } from './commands/policy-diff.ts';
import { addPolicyEffective } from './commands/policy-effective.ts';
import { addPolicyExplain } from './commands/policy-explain.ts';
import { addPolicyForecast } from './commands/policy-forecast.ts';
import { addPolicyLint } from './commands/policy-lint.ts';
import { addPolicyTest } from './commands/policy-test.ts';
import { addResourceAdd } from './commands/resource-add.ts';
import { addResourceList } from './commands/resource-list.ts';
import { addResourceRemove } from './commands/resource-remove.ts';
import { addResourceShow } from './commands/resource-show.ts';
import { addRestore } from './commands/restore.ts';
import { addStart } from './commands/start.ts';
import { addVaultKey } from './commands/vault-key.ts';

export function program(context: CommandContext): Command {
  const root = new Command('holdfast')
    .description(
      'Organization-wide backup that you run yourself. Everything else: any AWS client, such as the aws command.',
    )
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({ writeErr: (text) => context.terminal.warn(text.trimEnd()) })
    .helpCommand(false);
  addStart(root, context);
  addDoctor(root, context);
  addJobs(root, context);
  addRestore(root, context);
  const resource = root.command('resource').description('the things that are backed up');
  addResourceAdd(resource, context);
  addResourceList(resource, context);
  addResourceShow(resource, context);
  addResourceRemove(resource, context);
  const policy = root.command('policy').description('management policies: what they do, and what a change would do');
  addPolicyLint(policy, context);
  addPolicyEffective(policy, context);
  addPolicyExplain(policy, context);
  addPolicyDiff(policy, context);
  addPolicyTest(policy, context);
  addPolicyCalendar(policy, context);
  addPolicyForecast(policy, context);
  addIamExplain(root.command('iam').description('who may do what'), context);
  const organization = root.command('org').description('organizations as files');
  addOrgExport(organization, context);
  addOrgImport(organization, context);
  const audit = root.command('audit').description('the record of events, for the operator');
  addAuditTail(audit, context);
  addAuditExport(audit, context);
  addAuditVerify(audit, context);
  addVaultKey(root.command('vault').description('vaults, for the operator'), context);
  const account = root.command('account').description('accounts, for the operator');
  addAccountCreate(account, context);
  addAccountSetRootPassword(account, context);
  return root;
}
