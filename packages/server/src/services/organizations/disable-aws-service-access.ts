/**
 * Ends the trust in a service; one that was not trusted is no matter. Its administrators stay registered, without
 * effect.
 * Source: organizations spec 2.4, 7, 8.1, Q13.
 */
import { DisableAWSServiceAccess$, type DisableAWSServiceAccessRequest } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { enabledPolicyTypes } from '../../store/organizations-policies.ts';
import { disableServiceAccess } from '../../store/organizations-trust.ts';
import { type Call, operation } from '../operation.ts';
import { serviceAndAccount } from './authorization.ts';
import { asManagement, needAllFeatures } from './caller.ts';
import { constraintViolation } from './errors.ts';
import { serviceFacts } from './service-principals.ts';

type Input = Checked<DisableAWSServiceAccessRequest, 'ServicePrincipal'>;
export const disableAWSServiceAccess = operation(
  DisableAWSServiceAccess$,
  async (input: Input, call: Call): Promise<object> => {
    const { ServicePrincipal: servicePrincipal } = input;
    const organization = await asManagement(call);
    needAllFeatures(organization);
    const { boundPolicyTypes = [] } = serviceFacts(servicePrincipal);
    const enabled = await enabledPolicyTypes(call.tx, organization.id);
    const bound = boundPolicyTypes.find((type) => enabled.includes(type));
    if (bound !== undefined) {
      throw constraintViolation('POLICY_TYPE_ENABLED_FOR_THIS_SERVICE', `Disable the policy type ${bound} first.`);
    }
    await disableServiceAccess(call.tx, organization.id, servicePrincipal);
    return {};
  },
  serviceAndAccount<Input>((input) => ({ servicePrincipal: input.ServicePrincipal })),
);
