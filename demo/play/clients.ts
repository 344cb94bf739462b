/**
 * The official SDK's clients, for one block of work in one account and region.
 *
 * Whoever reads this demo to learn how to use Holdfast: nothing here is Holdfast's but the endpoint.
 */
import { BackupClient } from '@aws-sdk/client-backup';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { Session } from '@holdfast/cli';

export interface Clients {
  readonly backup: BackupClient;
  readonly cloudControl: CloudControlClient;
  readonly iam: IAMClient;
  readonly organizations: OrganizationsClient;
}

export async function withClients<Result>(
  session: Session,
  work: (clients: Clients) => Promise<Result>,
  region: string = session.region,
): Promise<Result> {
  const at = { ...session, region };
  const clients = {
    backup: new BackupClient(at),
    cloudControl: new CloudControlClient(at),
    iam: new IAMClient(at),
    organizations: new OrganizationsClient(at),
  };
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}
