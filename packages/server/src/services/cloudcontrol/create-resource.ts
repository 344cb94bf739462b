import { CreateResource$, type CreateResourceInput, type CreateResourceOutput } from '@aws-sdk/client-cloudcontrol';
import type { Checked } from '@holdfast/wire';
import { insertResource } from '../../store/resources.ts';
import { type Call, operation } from '../operation.ts';
import { checkDesiredState } from './desired-state.ts';
import { invalidRequest } from './errors.ts';
import { sealedSecrets } from './registration.ts';
import { connectorNamed, mustBeAllowed, RequestFailure, refuse, request } from './requests.ts';
import { strictJson } from './strict-json.ts';

type Input = Checked<CreateResourceInput, 'TypeName' | 'DesiredState'>;

export const createResource = operation(
  CreateResource$,
  async (input: Input, call: Call): Promise<CreateResourceOutput> => {
    const { TypeName: typeName, DesiredState: text, ClientToken: clientToken } = input;
    refuse({ ...input }, ['TypeVersionId', 'RoleArn']);
    const connector = connectorNamed(call, typeName);
    const desired = parsed(text);
    const { accountId, region, installation } = call;
    return {
      ProgressEvent: await request(call, {
        operation: 'CREATE',
        typeName,
        identifier: undefined,
        clientToken,
        asked: { desired: text },
        async carryOut() {
          const state = checkDesiredState(connector, desired, installation.random);
          await mustBeAllowed(call, connector, state);
          const arn = connector.arnOf(accountId, region, state.identifier);
          const made = await insertResource(call.tx, {
            ...state,
            arn,
            accountId,
            region,
            typeName,
            resourceType: connector.resourceType,
            secretsSealed: sealedSecrets(installation.sealer, arn, state.secrets),
            now: call.now,
          });
          if (made) return state.identifier;
          throw new RequestFailure(
            'AlreadyExists',
            `Resource of type '${typeName}' with identifier '${state.identifier}' already exists.`,
          );
        },
      }),
    };
  },
);

function parsed(text: string): unknown {
  try {
    return strictJson(text);
  } catch (cause) {
    throw invalidRequest(`DesiredState is not JSON: ${cause instanceof Error ? cause.message : ''}.`, cause);
  }
}
