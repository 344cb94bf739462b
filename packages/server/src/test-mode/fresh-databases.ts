/**
 * Migrated databases that nobody has used: starting anew needs to know nothing of what was in the old one, nor of what
 * later migrations add.
 */
import type { Cluster } from '../store/postgres/cluster.ts';
import { asAdmin, copyOf, FIRST } from './template-cluster.ts';

export interface FreshDatabase {
  readonly url: string;
  /** When its connections are closed. */
  drop(): Promise<void>;
}

export class FreshDatabases {
  readonly #cluster: Cluster;
  #made = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The first one is there already. */
  async make(): Promise<FreshDatabase> {
    const name = this.#made++ === 0 ? FIRST : `holdfast_${this.#made}`;
    if (name !== FIRST) await asAdmin(this.#cluster, copyOf(name));
    return {
      url: this.#cluster.url(name),
      drop: () => asAdmin(this.#cluster, `drop database ${name} with (force)`),
    };
  }
}
