/**
 * What IAM knows and Holdfast has none of: instance profiles, certificates, SSH keys, credentials of other services,
 * SAML providers. Nothing makes one, so lists of them are empty and each named one is missing: that is the truth, and
 * Terraform and others ask for it before they delete a user or role.
 */
import {
  GetInstanceProfile$,
  type GetInstanceProfileRequest,
  type GetInstanceProfileResponse,
  GetServerCertificate$,
  type GetServerCertificateRequest,
  type GetServerCertificateResponse,
  ListInstanceProfiles$,
  ListInstanceProfilesForRole$,
  type ListInstanceProfilesForRoleRequest,
  type ListInstanceProfilesResponse,
  ListSAMLProviders$,
  type ListSAMLProvidersResponse,
  ListServerCertificates$,
  type ListServerCertificatesResponse,
  ListServiceSpecificCredentials$,
  type ListServiceSpecificCredentialsRequest,
  type ListServiceSpecificCredentialsResponse,
  ListSigningCertificates$,
  type ListSigningCertificatesRequest,
  type ListSigningCertificatesResponse,
  ListSSHPublicKeys$,
  type ListSSHPublicKeysRequest,
  type ListSSHPublicKeysResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Operation, type OperationSchema, type ReadCall, readingOperation } from '../operation.ts';
import { aboutRole, aboutUser } from './authorization.ts';
import { missing } from './errors.ts';
import { requireRole, requireUser } from './principals.ts';

export const listInstanceProfiles = readingOperation(
  ListInstanceProfiles$,
  async (): Promise<ListInstanceProfilesResponse> => ({ InstanceProfiles: [], IsTruncated: false }),
);

export const listServerCertificates = readingOperation(
  ListServerCertificates$,
  async (): Promise<ListServerCertificatesResponse> => ({ ServerCertificateMetadataList: [], IsTruncated: false }),
);

export const listSAMLProviders = readingOperation(
  ListSAMLProviders$,
  async (): Promise<ListSAMLProvidersResponse> => ({ SAMLProviderList: [] }),
);

export const listInstanceProfilesForRole = readingOperation(
  ListInstanceProfilesForRole$,
  async (
    { RoleName: name }: Checked<ListInstanceProfilesForRoleRequest>,
    call: ReadCall,
  ): Promise<ListInstanceProfilesResponse> => {
    await requireRole(call, name);
    return { InstanceProfiles: [], IsTruncated: false };
  },
  aboutRole(),
);

export const listSSHPublicKeys = noneOfUser<Checked<ListSSHPublicKeysRequest>, ListSSHPublicKeysResponse>(
  ListSSHPublicKeys$,
  { SSHPublicKeys: [], IsTruncated: false },
);

export const listServiceSpecificCredentials = noneOfUser<
  Checked<ListServiceSpecificCredentialsRequest>,
  ListServiceSpecificCredentialsResponse
>(ListServiceSpecificCredentials$, { ServiceSpecificCredentials: [] });

export const listSigningCertificates = noneOfUser<
  Checked<ListSigningCertificatesRequest>,
  ListSigningCertificatesResponse
>(ListSigningCertificates$, { Certificates: [], IsTruncated: false });

export const getInstanceProfile = readingOperation(
  GetInstanceProfile$,
  async ({ InstanceProfileName: name }: Checked<GetInstanceProfileRequest>): Promise<GetInstanceProfileResponse> => {
    throw missing(`Instance Profile ${name} cannot be found.`);
  },
);

export const getServerCertificate = readingOperation(
  GetServerCertificate$,
  async ({
    ServerCertificateName: name,
  }: Checked<GetServerCertificateRequest>): Promise<GetServerCertificateResponse> => {
    throw missing(`The Server Certificate with name ${name} cannot be found.`);
  },
);

/** Empty of a user who is there. */
function noneOfUser<Input extends { readonly UserName?: string | null | undefined }, Output>(
  schema: OperationSchema,
  none: Output,
): Operation<Input, Output> {
  return readingOperation(
    schema,
    async ({ UserName: name }: Input, call: ReadCall) => {
      if (name || call.caller.kind !== 'root') await requireUser(call, name);
      return none;
    },
    aboutUser(),
  );
}
