/** How the demo talks: numbered steps, facts below them, and how long it all took. */
import { type Colours, formatDuration, type Terminal } from '@holdfast/cli';
import type { Clock, Instant } from '@holdfast/kernel';

export interface Story {
  /** Begins a step. */
  step(title: string): void;
  /** Something that was done or found. */
  tell(...facts: readonly string[]): void;
  readonly colours: Colours;
}

export function story(terminal: Terminal, clock: Clock, begunAt: Instant): Story {
  const { colours } = terminal;
  let steps = 0;
  return {
    colours,
    step(title) {
      steps++;
      const since = formatDuration(clock.now() - begunAt);
      terminal.line();
      terminal.line(`${colours.strong(`${steps}. ${title}`)}  ${colours.faint(`(${since})`)}`);
    },
    tell(...facts) {
      terminal.lines(facts.map((fact) => `   ${fact}`));
    },
  };
}
