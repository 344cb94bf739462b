/** The generated pages: the only list. */
import { lintsPage, policyPage } from '../generate-policy-reference.ts';
import { operationsPage } from './operations.ts';
import { resourcesPage } from './resources.ts';

interface Page {
  /** From the root. */
  readonly file: string;
  readonly make: () => Promise<string>;
}

export const pages: readonly Page[] = [
  { file: 'docs/reference/lints.md', make: async () => lintsPage() },
  { file: 'docs/reference/operations.md', make: operationsPage },
  { file: 'docs/reference/policy.md', make: async () => policyPage() },
  { file: 'docs/reference/resources.md', make: resourcesPage },
];
