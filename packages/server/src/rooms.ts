/**
 * The background rooms: the only list. server.ts starts a loop for each; tests tick them one by one.
 */
import { identityRoom, type KeyUsage } from './authorization/key-usage.ts';
import type { Room } from './background.ts';
import type { Installation } from './installation.ts';
import { jobsRoom } from './jobs/room.ts';
import { publisherRoom } from './publisher/publisher.ts';
import { reconcilerRoom } from './reconciler/reconciler.ts';
import { schedulerRoom } from './scheduler/scheduler.ts';
import { vaultsRoom } from './services/backup/vault-room.ts';
import { accountsRoom } from './services/organizations/accounts-room.ts';

export interface RoomParts {
  readonly usage: KeyUsage;
}

export function roomsOf(installation: Installation, { usage }: RoomParts): readonly Room[] {
  return [
    accountsRoom(installation),
    identityRoom(installation, usage),
    jobsRoom(installation),
    publisherRoom(installation),
    reconcilerRoom(installation),
    schedulerRoom(installation),
    vaultsRoom(installation),
  ];
}
