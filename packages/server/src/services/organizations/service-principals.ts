/**
 * Services that can be trusted with an organization, and how many administrators each may have.
 *
 * Data: a service more is a line more. Source: organizations spec 7 and 8.1; the AWS services' own documentation for
 * those that take a single administrator.
 */
import type { PolicyType } from '@holdfast/policy';
import { invalidInput } from './errors.ts';

interface ServiceFacts {
  /** Delegated administrators; undefined: as many as there are accounts. */
  readonly administratorsMax?: number;
  /** While one of these types is enabled, access cannot be taken away. */
  readonly boundPolicyTypes?: readonly PolicyType[];
}

const one: ServiceFacts = { administratorsMax: 1 };

const SERVICES: Readonly<Record<string, ServiceFacts>> = {
  'access-analyzer.amazonaws.com': one,
  'account.amazonaws.com': {},
  'auditmanager.amazonaws.com': one,
  'aws-artifact-account-sync.amazonaws.com': {},
  'backup.amazonaws.com': { administratorsMax: 5 },
  'cloudtrail.amazonaws.com': {},
  'compute-optimizer.amazonaws.com': {},
  'config-multiaccountsetup.amazonaws.com': {},
  'config.amazonaws.com': {},
  'controltower.amazonaws.com': {},
  'detective.amazonaws.com': one,
  'fms.amazonaws.com': {},
  'guardduty.amazonaws.com': one,
  'health.amazonaws.com': {},
  'iam.amazonaws.com': {},
  'inspector2.amazonaws.com': one,
  'ipam.amazonaws.com': one,
  'license-manager.amazonaws.com': {},
  'macie.amazonaws.com': one,
  'member.org.stacksets.cloudformation.amazonaws.com': {},
  'ram.amazonaws.com': {},
  'reporting.trustedadvisor.amazonaws.com': {},
  'resource-explorer-2.amazonaws.com': {},
  'securityhub.amazonaws.com': { ...one, boundPolicyTypes: ['SECURITYHUB_POLICY'] },
  'servicecatalog.amazonaws.com': {},
  'servicequotas.amazonaws.com': {},
  'ssm.amazonaws.com': {},
  'sso.amazonaws.com': {},
  'storage-lens.s3.amazonaws.com': {},
  'tagpolicies.tag.amazonaws.com': {},
};

/** @throws InvalidInputException (UNRECOGNIZED_SERVICE_PRINCIPAL) */
export function serviceFacts(servicePrincipal: string): ServiceFacts {
  const facts = Object.hasOwn(SERVICES, servicePrincipal) ? SERVICES[servicePrincipal] : undefined;
  if (!facts)
    throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL', `${servicePrincipal} is not a service that is known.`);
  return facts;
}
