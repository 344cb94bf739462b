import { GetResource$, type GetResourceInput, type GetResourceOutput } from '@aws-sdk/client-cloudcontrol';
import type { Checked } from '@holdfast/wire';
import { findRegistration } from '../../store/resources.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { resourceNotFound } from './errors.ts';
import { describe } from './registration.ts';
import { connectorNamed, refuse } from './requests.ts';

type Input = Checked<GetResourceInput, 'TypeName' | 'Identifier'>;

export const getResource = readingOperation(
  GetResource$,
  async (input: Input, call: ReadCall): Promise<GetResourceOutput> => {
    const { TypeName: typeName, Identifier: identifier } = input;
    refuse({ ...input }, ['TypeVersionId', 'RoleArn']);
    connectorNamed(call, typeName);
    const { accountId, region } = call;
    const row = await findRegistration(call.db, { accountId, region, typeName, identifier });
    if (!row) throw resourceNotFound(typeName, identifier);
    return { TypeName: typeName, ResourceDescription: describe(row) };
  },
);
