/**
 * vitest's set-up of each test file: what a file opened it has closed when it ends. A connection, server or process
 * that is left keeps the next file from knowing what it sees, and the run from ending.
 *
 * With one thread for many files, what is open at the start of a file is not its own. Not here: processes that were
 * detached from the event loop (left-processes.ts), promises that nobody handled (vitest fails on them by itself).
 */
import { afterAll, beforeAll, expect, vi } from 'vitest';

/** Node's names of what stays open: children, pipes and Unix sockets (PostgreSQL's too), TCP connections, servers. */
const WATCHED = new Set(['ProcessWrap', 'PipeWrap', 'PipeServerWrap', 'TCPSocketWrap', 'TCPServerWrap']);
/** Closing is asynchronous: the other side has to hear of it. */
const CLOSING_MS = 2_000;

let before: readonly string[] = [];

beforeAll(() => {
  before = open();
});

afterAll(async () => {
  const left = (): readonly string[] => withoutEach(open(), before);
  await vi.waitFor(() => expect(left(), 'left open by this test file').toEqual([]), { timeout: CLOSING_MS });
});

function open(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => WATCHED.has(name));
}

/** `all` less one of its own for each of `known`. */
function withoutEach(all: readonly string[], known: readonly string[]): readonly string[] {
  const rest = [...known];
  return all.filter((name) => {
    const index = rest.indexOf(name);
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
}
