/** Handshakes that the calling account received, in an organization or not. Source: organizations spec 9. */
import {
  ListHandshakesForAccount$,
  type ListHandshakesForAccountRequest,
  type ListHandshakesForAccountResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listHandshakes } from '../../store/handshakes.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { handshakeFilter } from './handshake-filter.ts';
import { callingParty } from './handshake-parties.ts';
import { listPage, nextToken } from './listing.ts';
import { handshakeShape } from './shapes.ts';

type Input = Checked<ListHandshakesForAccountRequest>;
export const listHandshakesForAccount = readingOperation(
  ListHandshakesForAccount$,
  async (input: Input, call: ReadCall): Promise<ListHandshakesForAccountResponse> => {
    const { db, now } = call;
    const of = await callingParty(call);
    const filter = handshakeFilter(input.Filter);
    const handshakes = await listPage(call, ListHandshakesForAccount$, input, {
      read: (keyset) => listHandshakes(db, { of, filter, now }, keyset),
      cursorOf: ({ id }) => id,
    });
    return { Handshakes: handshakes.items.map(handshakeShape), ...nextToken(handshakes) };
  },
  about(),
);
