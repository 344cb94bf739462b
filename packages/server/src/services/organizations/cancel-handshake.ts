/** The sender takes it back, and with it the approvals that it asked for. Source: organizations spec 9. */
import {
  CancelHandshake$,
  type CancelHandshakeRequest,
  type CancelHandshakeResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { cancelPending, endHandshake } from '../../store/handshakes.ts';
import { type Call, operation } from '../operation.ts';
import { aboutHandshake } from './authorization.ts';
import { callingParty, handshakeToChange } from './handshake-parties.ts';
import { handshakeShape } from './shapes.ts';

type Input = Checked<CancelHandshakeRequest, 'HandshakeId'>;
export const cancelHandshake = operation(
  CancelHandshake$,
  async (input: Input, call: Call): Promise<CancelHandshakeResponse> => {
    const { HandshakeId: id } = input;
    const { tx, now } = call;
    const handshake = await handshakeToChange(call, await callingParty(call), id, 'CANCELED');
    await endHandshake(tx, id, 'CANCELED', { now });
    await cancelPending(tx, { parentId: id }, now);
    return { Handshake: handshakeShape({ ...handshake, state: 'CANCELED' }) };
  },
  aboutHandshake<Input>(),
);
