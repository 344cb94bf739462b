/** Handshakes that the organization sent, those below enabling all features too. Source: organizations spec 9. */
import {
  ListHandshakesForOrganization$,
  type ListHandshakesForOrganizationRequest,
  type ListHandshakesForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listHandshakes } from '../../store/handshakes.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { handshakeFilter } from './handshake-filter.ts';
import { listPage, nextToken } from './listing.ts';
import { handshakeShape } from './shapes.ts';

type Input = Checked<ListHandshakesForOrganizationRequest>;
export const listHandshakesForOrganization = readingOperation(
  ListHandshakesForOrganization$,
  async (input: Input, call: ReadCall): Promise<ListHandshakesForOrganizationResponse> => {
    const { db, now } = call;
    const { id: organizationId } = await asReader(call);
    const filter = handshakeFilter(input.Filter);
    const handshakes = await listPage(call, ListHandshakesForOrganization$, input, {
      read: (keyset) => listHandshakes(db, { of: { organizationId }, filter, now }, keyset),
      cursorOf: ({ id }) => id,
    });
    return { Handshakes: handshakes.items.map(handshakeShape), ...nextToken(handshakes) };
  },
  about(),
);
