/**
 * The services that the wire layer is tested with: each with the SDK's module and client and the settings of the real
 * one.
 */
import * as backup from '@aws-sdk/client-backup';
import * as cloudcontrol from '@aws-sdk/client-cloudcontrol';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { constraintTables } from '../constraints/load.ts';
import type { ServiceSettings } from '../service.ts';
import { backupViolation } from '../violations/backup.ts';
import { cloudtrailViolation } from '../violations/cloudtrail.ts';
import { organizationsViolation } from '../violations/organizations.ts';
import { validationError, validationException } from '../violations/validation-error.ts';

export interface TestedService {
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly client: string;
  readonly settings: ServiceSettings;
}

export const tested = {
  backup: {
    sdk: backup,
    client: 'BackupClient',
    settings: {
      name: 'backup',
      title: 'AWS Backup',
      protocol: { kind: 'restJson1' },
      constraints: constraintTables.backup,
      violation: backupViolation,
      unenforced: { ListBackupJobs: [{ path: 'ByAccountId', kinds: ['pattern'] }] },
      unreadable: backup.InvalidRequestException$,
    },
  },
  organizations: {
    sdk: organizations,
    client: 'OrganizationsClient',
    settings: {
      name: 'organizations',
      title: 'AWS Organizations',
      protocol: { kind: 'awsJson', version: '1.1', target: 'AWSOrganizationsV20161128' },
      constraints: constraintTables.organizations,
      violation: organizationsViolation,
      internalFailure: organizations.ServiceException$,
    },
  },
  cloudcontrol: {
    sdk: cloudcontrol,
    client: 'CloudControlClient',
    settings: {
      name: 'cloudcontrolapi',
      title: 'AWS Cloud Control API',
      protocol: { kind: 'awsJson', version: '1.0', target: 'CloudApiService' },
      constraints: constraintTables.cloudcontrolapi,
      violation: validationException,
    },
  },
  cloudtrail: {
    sdk: cloudtrail,
    client: 'CloudTrailClient',
    settings: {
      name: 'cloudtrail',
      title: 'AWS CloudTrail',
      protocol: { kind: 'awsJson', version: '1.1', target: 'CloudTrail_20131101' },
      constraints: constraintTables.cloudtrail,
      violation: cloudtrailViolation,
    },
  },
  iam: {
    sdk: iam,
    client: 'IAMClient',
    settings: {
      name: 'iam',
      title: 'AWS IAM',
      protocol: { kind: 'awsQuery', version: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
      constraints: constraintTables.iam,
      violation: validationError,
    },
  },
  sts: {
    sdk: sts,
    client: 'STSClient',
    settings: {
      name: 'sts',
      title: 'AWS STS',
      protocol: { kind: 'awsQuery', version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
      constraints: constraintTables.sts,
      violation: validationError,
    },
  },
} satisfies Record<string, TestedService>;

/** The part of an SDK client that is used when operations are enumerated. */
export interface AnyClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

type ClientClass = new (settings: object) => AnyClient;
type CommandClass = new (input: object) => object;

export function clientOf({ sdk, client }: TestedService, settings: object): AnyClient {
  return new (sdk[client] as ClientClass)(settings);
}

export function commandOf({ sdk }: TestedService, operation: string, input: object): object {
  return new (sdk[`${operation}Command`] as CommandClass)(input);
}
