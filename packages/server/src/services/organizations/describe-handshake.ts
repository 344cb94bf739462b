/** A handshake, for its parties and for who may read all of the sending organization. Source: organizations spec 9. */
import {
  DescribeHandshake$,
  type DescribeHandshakeRequest,
  type DescribeHandshakeResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type Handshake, handshakeById } from '../../store/handshakes.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutHandshake } from './authorization.ts';
import { mayReadAll } from './caller.ts';
import { handshakeNotFound } from './errors.ts';
import { callingParty, isRecipient, isSender, type Party } from './handshake-parties.ts';
import { handshakeShape } from './shapes.ts';

type Input = Checked<DescribeHandshakeRequest, 'HandshakeId'>;
export const describeHandshake = readingOperation(
  DescribeHandshake$,
  async (input: Input, call: ReadCall): Promise<DescribeHandshakeResponse> => {
    const party = await callingParty(call);
    const handshake = await handshakeById(call.db, input.HandshakeId, call.now);
    if (!handshake || !(await maySee(call, party, handshake))) throw handshakeNotFound();
    return { Handshake: handshakeShape(handshake) };
  },
  aboutHandshake<Input>(),
);

async function maySee(call: ReadCall, party: Party, handshake: Handshake): Promise<boolean> {
  if (isSender(handshake, party) || isRecipient(handshake, party)) return true;
  const organization = party.membership?.organization;
  return organization?.id === handshake.organizationId && mayReadAll(call, organization);
}
