/**
 * What the operations share: who may ask, the living organization as the policy engine sees it, changes as callers
 * write them.
 *
 * Only the management account may ask: the answer holds every policy of the organization.
 */
import { present } from '@holdfast/kernel';
import {
  admit,
  type Change,
  evaluateOrganization,
  isManagementPolicyType,
  isPolicyType,
  type ManagementPolicyType,
  type OrganizationEvaluation,
} from '@holdfast/policy';
import { AwsError, accessDenied } from '@holdfast/wire';
import { organizationSnapshot } from '../../store/organization-snapshot.ts';
import { membershipOf, type Organization } from '../../store/organizations.ts';
import type { ReadCall } from '../operation.ts';
import type { WrittenChange } from './model.ts';

/** More than a person writes; each costs an evaluation of what it touches. */
const CHANGES_MAX = 100;

export function invalid(message: string): AwsError {
  return new AwsError({ code: 'ValidationException', httpStatus: 400 }, message);
}

/** The organization that the caller's account manages. @throws AccessDeniedException for all others */
export async function managedOrganization({ db, accountId }: ReadCall, what: string): Promise<Organization> {
  const membership = await membershipOf(db, accountId);
  if (!membership || membership.organization.managementAccountId !== accountId) {
    throw accessDenied(`Only the management account of an organization ${what}.`);
  }
  return membership.organization;
}

export async function evaluateLiving(call: ReadCall, type: string): Promise<OrganizationEvaluation> {
  const organization = await managedOrganization(call, 'may ask what a change would do');
  const checked = managementType(type);
  return evaluateOrganization(await organizationSnapshot(call.db, organization, checked), checked, call.now);
}

export function managementType(text: string): ManagementPolicyType {
  if (isPolicyType(text) && isManagementPolicyType(text)) return text;
  throw invalid(`PolicyType ${JSON.stringify(text)} is not a type of policies that merge along the tree.`);
}

/** Contents that CreatePolicy and UpdatePolicy would refuse are refused here too. */
export function changesOf(
  written: readonly WrittenChange[],
  { type, now }: Pick<OrganizationEvaluation, 'type' | 'now'>,
): Change[] {
  if (written.length > CHANGES_MAX) throw invalid(`There are ${written.length} changes of at most ${CHANGES_MAX}.`);
  return written.map((change, index) => {
    const need = (name: 'Policy' | 'Target' | 'Name' | 'Content'): string => {
      const value = change[name];
      if (value === undefined || value === '') throw invalid(`Change ${index + 1} (${change.Kind}) needs ${name}.`);
      return value;
    };
    const content = (): string => {
      const text = need('Content');
      const admission = admit(type, text, now);
      if (admission.verdict === 'admitted') return text;
      if (admission.verdict === 'too-long') throw invalid(`The content of change ${index + 1} is too long.`);
      const { line, column, message } = present(admission.diagnostics[0], 'a diagnostic of a malformed policy');
      throw invalid(`The content of change ${index + 1}, line ${line}, column ${column}: ${message}`);
    };
    switch (change.Kind) {
      case 'SET_POLICY':
        return { kind: 'set-policy', policy: need('Policy'), content: content() };
      case 'NEW_POLICY':
        return { kind: 'new-policy', name: need('Name'), type, content: content() };
      case 'ATTACH':
        return { kind: 'attach', policy: need('Policy'), target: need('Target') };
      case 'DETACH':
        return { kind: 'detach', policy: need('Policy'), target: need('Target') };
      case 'MOVE':
        return { kind: 'move', account: need('Name'), parent: need('Target') };
      default:
        throw invalid(
          `Change ${index + 1}: Kind ${JSON.stringify(change.Kind)} is none of SET_POLICY, NEW_POLICY, ATTACH, DETACH, MOVE.`,
        );
    }
  });
}
