import { DeleteResource$, type DeleteResourceInput, type DeleteResourceOutput } from '@aws-sdk/client-cloudcontrol';
import type { Checked } from '@holdfast/wire';
import { findRegistration, deleteResource as removeResource } from '../../store/resources.ts';
import { type Call, operation } from '../operation.ts';
import { connectorNamed, RequestFailure, refuse, request } from './requests.ts';

type Input = Checked<DeleteResourceInput, 'TypeName' | 'Identifier'>;

/** Ends the registration. The resource itself is not touched, and its recovery points stay. */
export const deleteResource = operation(
  DeleteResource$,
  async (input: Input, call: Call): Promise<DeleteResourceOutput> => {
    const { TypeName: typeName, Identifier: identifier, ClientToken: clientToken } = input;
    refuse({ ...input }, ['TypeVersionId', 'RoleArn']);
    connectorNamed(call, typeName);
    const { accountId, region } = call;
    return {
      ProgressEvent: await request(call, {
        operation: 'DELETE',
        typeName,
        identifier,
        clientToken,
        asked: { identifier },
        async carryOut() {
          const row = await findRegistration(call.tx, { accountId, region, typeName, identifier });
          if (!row) {
            const message = `Resource of type '${typeName}' with identifier '${identifier}' was not found.`;
            throw new RequestFailure('NotFound', message);
          }
          await removeResource(call.tx, row.arn);
          return identifier;
        },
      }),
    };
  },
);
