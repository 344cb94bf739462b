/** The recipient does not agree. Source: organizations spec 9; recorded rules B.11.7. */
import {
  DeclineHandshake$,
  type DeclineHandshakeRequest,
  type DeclineHandshakeResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { cancelPending, endHandshake } from '../../store/handshakes.ts';
import { type Call, operation } from '../operation.ts';
import { aboutHandshake } from './authorization.ts';
import { callingParty, handshakeToChange } from './handshake-parties.ts';
import { handshakeShape } from './shapes.ts';

type Input = Checked<DeclineHandshakeRequest, 'HandshakeId'>;
export const declineHandshake = operation(
  DeclineHandshake$,
  async (input: Input, call: Call): Promise<DeclineHandshakeResponse> => {
    const { HandshakeId: id } = input;
    const { tx, now } = call;
    const handshake = await handshakeToChange(call, await callingParty(call), id, 'DECLINED');
    await endHandshake(tx, id, 'DECLINED', { now });
    await cancelPending(tx, { parentId: id }, now);
    return { Handshake: handshakeShape({ ...handshake, state: 'DECLINED' }) };
  },
  aboutHandshake<Input>(),
);
