import { UpdateResource$, type UpdateResourceInput, type UpdateResourceOutput } from '@aws-sdk/client-cloudcontrol';
import type { Connector } from '@holdfast/connector-kit';
import type { Checked } from '@holdfast/wire';
import { findRegistration, type ResourceRow, updateResource as writeResource } from '../../store/resources.ts';
import { type Call, operation } from '../operation.ts';
import { checkDesiredState, type DesiredState } from './desired-state.ts';
import { applyPatch, PatchError, type PatchOperation, parsePatch } from './json-patch.ts';
import { modelOf, openedSecrets, sealedSecrets } from './registration.ts';
import { connectorNamed, mustBeAllowed, RequestFailure, refuse, request } from './requests.ts';

type Input = Checked<UpdateResourceInput, 'TypeName' | 'Identifier' | 'PatchDocument'>;

export const updateResource = operation(
  UpdateResource$,
  async (input: Input, call: Call): Promise<UpdateResourceOutput> => {
    const { TypeName: typeName, Identifier: identifier, PatchDocument: patch, ClientToken: clientToken } = input;
    refuse({ ...input }, ['TypeVersionId', 'RoleArn']);
    const connector = connectorNamed(call, typeName);
    const { accountId, region } = call;
    return {
      ProgressEvent: await request(call, {
        operation: 'UPDATE',
        typeName,
        identifier,
        clientToken,
        asked: { identifier, patch },
        async carryOut() {
          const row = await findRegistration(call.tx, { accountId, region, typeName, identifier });
          if (!row) {
            const message = `Resource of type '${typeName}' with identifier '${identifier}' was not found.`;
            throw new RequestFailure('NotFound', message);
          }
          const state = changed(call, connector, row, parsePatch(patch));
          await mustBeAllowed(call, connector, state);
          await writeResource(call.tx, row.arn, {
            name: state.name,
            properties: state.properties,
            secretsSealed: sealedSecrets(call.installation.sealer, row.arn, state.secrets),
            tags: state.tags,
            now: call.now,
          });
          return identifier;
        },
      }),
    };
  },
);

function changed(call: Call, connector: Connector, row: ResourceRow, patch: readonly PatchOperation[]): DesiredState {
  mustNotRevealSecrets(connector, patch);
  const { sealer, random } = call.installation;
  const state = checkDesiredState(
    connector,
    applyPatch({ ...modelOf(row), ...openedSecrets(sealer, row) }, patch),
    random,
  );
  const fixed = Object.entries(connector.properties).filter(([, property]) => property.createOnly);
  for (const [name] of fixed) {
    if (state.properties[name] === row.properties[name]) continue;
    throw new RequestFailure('NotUpdatable', `${name} is fixed when a resource is registered and cannot be changed.`);
  }
  return state;
}

/** Secrets are written only: nothing of a patch may compare them or bring them into another property. */
function mustNotRevealSecrets(connector: Connector, patch: readonly PatchOperation[]): void {
  const isSecret = (path: readonly string[] | undefined): boolean =>
    path !== undefined && (path.length === 0 || connector.properties[path[0] ?? '']?.secret === true);
  for (const { op, path, from } of patch) {
    if (isSecret(from) || (op === 'test' && isSecret(path))) {
      throw new PatchError('A secret property can be added, replaced and removed, but not tested, moved or copied.');
    }
  }
}
