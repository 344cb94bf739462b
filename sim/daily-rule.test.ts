import { DAY_MS } from '@holdfast/kernel';
import { afterAll, expect, test } from 'vitest';
import { type SchedulerFault, SchedulerWorld } from './scheduler-world.ts';

const START = '2030-03-20T00:00:00.000Z';
const END = '2030-04-19T00:00:00.000Z';
const DAYS = 30;
const SEEDS = [1, 2, 3, 4, 5];
const FAULTS: Readonly<Record<SchedulerFault, number>> = {
  crashInside: 0.1,
  crashAfter: 0.1,
  pause: 0.02,
  clockStepsBack: 0.1,
  twoAtOnce: 0.2,
};

const hits = new Set<string>();
const everyDayAtFive = Array.from({ length: DAYS }, (_, day) =>
  new Date(Date.parse(START) + day * DAY_MS + 5 * 3_600_000).toISOString(),
);

test.each(SEEDS)(
  'each of 30 days has exactly one occurrence, looked at once and with one job (seed %i)',
  async (seed) => {
    await using world = await SchedulerWorld.make({
      seed,
      start: START,
      schedule: 'cron(0 5 ? * * *)',
      startWindowMinutes: 60,
      faults: FAULTS,
      hits,
    });
    await world.runUntil(END);
    const occurrences = await world.occurrences();
    expect(occurrences.map((one) => one.at)).toEqual(everyDayAtFive);
    for (const { at, outcome, jobs } of occurrences) {
      expect(['MATERIALIZED', 'MISSED'], at).toContain(outcome);
      expect(jobs, at).toBe(1);
    }
    expect(await world.jobs()).toEqual(everyDayAtFive);
    if (occurrences.some(({ outcome }) => outcome === 'MISSED')) hits.add('a missed day');
  },
);

test('without any fault nothing is missed', async () => {
  const none = { crashInside: 0, crashAfter: 0, pause: 0, clockStepsBack: 0, twoAtOnce: 0 };
  await using world = await SchedulerWorld.make({
    seed: 1,
    start: START,
    schedule: 'cron(0 5 ? * * *)',
    startWindowMinutes: 60,
    faults: none,
    hits: new Set(),
  });
  await world.runUntil(END);
  expect((await world.occurrences()).map((one) => one.outcome)).toEqual(everyDayAtFive.map(() => 'MATERIALIZED'));
});

afterAll(() => expect([...hits].toSorted()).toEqual(['a missed day', ...Object.keys(FAULTS)].toSorted()));
