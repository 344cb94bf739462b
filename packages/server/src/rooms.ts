/**
 * The background rooms: the only list. server.ts starts a loop for each; tests tick them one by one.
 */
import type { ChainParts } from './audit/chain.ts';
import type { Recorder } from './audit/recorder.ts';
import { auditDaysRoom, auditRoom } from './audit/room.ts';
import { identityRoom, type KeyUsage } from './authorization/key-usage.ts';
import type { Room } from './background.ts';
import type { Installation } from './installation.ts';
import { jobsRoom } from './jobs/room.ts';
import { publisherRoom } from './publisher/publisher.ts';
import { reconcilerRoom } from './reconciler/reconciler.ts';
import { schedulerRoom } from './scheduler/scheduler.ts';
import { vaultsRoom } from './services/backup/vault-room.ts';
import { accountsRoom } from './services/organizations/accounts-room.ts';
import { DEFAULT_AUDIT_RETENTION_DAYS } from './settings.ts';
import { signInRoom } from './sign-in/room.ts';

export interface RoomParts {
  readonly usage: KeyUsage;
  readonly recorder: Recorder;
  readonly chain: ChainParts;
}

export function roomsOf(installation: Installation, { usage, recorder, chain }: RoomParts): readonly Room[] {
  return [
    accountsRoom(installation),
    auditRoom(chain, recorder),
    auditDaysRoom(chain, installation.settings.auditRetentionDays ?? DEFAULT_AUDIT_RETENTION_DAYS),
    identityRoom(installation, usage),
    jobsRoom(installation),
    publisherRoom(installation),
    reconcilerRoom(installation),
    schedulerRoom(installation),
    signInRoom(installation),
    vaultsRoom(installation),
  ];
}
