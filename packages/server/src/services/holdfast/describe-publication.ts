/** How far changes of policies have got to the accounts: what waits, since when, when something was last published. */
import { type PublicationProgress, plansWaiting, publicationProgress } from '../../store/effective-policy-progress.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { DescribePublication$, type DescribePublicationInput } from './publication-model.ts';
import { managedOrganization, managementType } from './what-if.ts';

interface Publication {
  readonly PolicyType: string;
  readonly Status: 'UP_TO_DATE' | 'PUBLISHING';
  readonly ChangesWaiting: number;
  readonly AccountsWaiting: number;
  readonly WaitingSince: Date | undefined;
  readonly LastChangedAt: Date | undefined;
  readonly LastPublishedAt: Date | undefined;
}

interface Output {
  readonly Publications: readonly Publication[];
  readonly AccountsWaitingForPlans: number;
}

export const describePublication = readingOperation(
  DescribePublication$,
  async ({ PolicyType: wanted }: DescribePublicationInput, call: ReadCall): Promise<Output> => {
    const { id } = await managedOrganization(call, 'may ask how far the publication is');
    const type = wanted === undefined ? undefined : managementType(wanted);
    const progress = await publicationProgress(call.db, id);
    return {
      Publications: progress.filter((one) => type === undefined || one.type === type).map(publicationShape),
      AccountsWaitingForPlans: (await plansWaiting(call.db, id)).accounts,
    };
  },
);

function publicationShape(progress: PublicationProgress): Publication {
  const { type, changes, accounts, waitingSince, changedAt, publishedAt } = progress;
  return {
    PolicyType: type,
    Status: changes + accounts > 0 ? 'PUBLISHING' : 'UP_TO_DATE',
    ChangesWaiting: changes,
    AccountsWaiting: accounts,
    WaitingSince: dateOf(waitingSince),
    LastChangedAt: dateOf(changedAt),
    LastPublishedAt: dateOf(publishedAt),
  };
}

function dateOf(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at);
}
