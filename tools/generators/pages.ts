/** The generated pages: the only list. */
import { operationsPage } from './operations.ts';
import { resourcesPage } from './resources.ts';

interface Page {
  /** From the root. */
  readonly file: string;
  readonly make: () => Promise<string>;
}

export const pages: readonly Page[] = [
  { file: 'docs/reference/operations.md', make: operationsPage },
  { file: 'docs/reference/resources.md', make: resourcesPage },
];
