import {
  CreateServiceLinkedRole$,
  type CreateServiceLinkedRoleRequest,
  type CreateServiceLinkedRoleResponse,
} from '@aws-sdk/client-iam';
import { formatArn } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { findRole, updateRole } from '../../store/identity-roles.ts';
import { ensureServiceLinkedRole, SERVICE_LINKED_ROLES } from '../../store/roles.ts';
import { type Call, operation } from '../operation.ts';
import { invalidInput } from './errors.ts';
import { roleShape } from './shapes.ts';

type Input = Checked<CreateServiceLinkedRoleRequest>;
export const createServiceLinkedRole = operation(
  CreateServiceLinkedRole$,
  async (input: Input, call: Call): Promise<CreateServiceLinkedRoleResponse> => {
    const { AWSServiceName: service, CustomSuffix: suffix, Description: description } = input;
    const { tx, accountId, installation, now } = call;
    const linked = Object.hasOwn(SERVICE_LINKED_ROLES, service) ? SERVICE_LINKED_ROLES[service] : undefined;
    if (!linked) throw invalidInput(`The service ${service} has no service-linked role here.`);
    if (suffix) throw invalidInput(`Custom suffix is not allowed for ${service}`);
    if (await findRole(tx, accountId, linked.name)) {
      throw invalidInput(
        `Service role name ${linked.name} has been taken in this account, please try a different suffix.`,
      );
    }
    const made = await ensureServiceLinkedRole(tx, { accountId, random: installation.random, now }, service);
    const role = description ? { ...made, description } : made;
    if (description) await updateRole(tx, role.id, { description });
    return { Role: roleShape(role, { trustPolicy: role.trust_policy, whole: true }) };
  },
  ({ AWSServiceName: service }: Input, { accountId }) => ({
    resources: [formatArn({ service: 'iam', region: '', accountId, resource: `role/aws-service-role/${service}/*` })],
    conditions: { 'iam:awsservicename': [service] },
  }),
);
