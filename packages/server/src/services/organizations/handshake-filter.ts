/**
 * The filter of handshake lists: by action or by parent, not both.
 * Source: organizations spec 2.2; recorded rules B.11.9.
 */
import type { HandshakeFilter as SentFilter } from '@aws-sdk/client-organizations';
import type { HandshakeFilter } from '../../store/handshakes.ts';
import { invalidInput } from './errors.ts';

export function handshakeFilter(sent: SentFilter | null | undefined): HandshakeFilter {
  const action = sent?.ActionType ?? undefined;
  const parentId = sent?.ParentHandshakeId ?? undefined;
  if (action !== undefined && parentId !== undefined) {
    throw invalidInput('MAX_LIMIT_EXCEEDED_FILTER', 'You can specify only one filter parameter for the operation.');
  }
  return { action, parentId };
}
