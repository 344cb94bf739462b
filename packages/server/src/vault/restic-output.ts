/**
 * restic's JSON lines as types. Parsed once, here; a line that is none of these is kept as text for the error.
 * Source: restic's scripting documentation; members that a version lacks are optional.
 */

import { getSystemErrorName } from 'node:util';

export type ResticLine =
  | { readonly kind: 'status'; readonly status: ResticStatus }
  | { readonly kind: 'summary'; readonly summary: ResticSummary }
  | { readonly kind: 'error'; readonly during: string; readonly item: string; readonly message: string }
  | { readonly kind: 'other'; readonly text: string };

export interface ResticStatus {
  readonly totalBytes: number;
  readonly bytesDone: number;
  readonly filesDone: number;
}

export interface ResticSummary {
  /** Eight characters in 0.14, the whole id later. */
  readonly snapshotId: string;
  readonly bytesProcessed: number;
  readonly bytesAdded: number;
  readonly filesProcessed: number;
}

export interface Snapshot {
  readonly id: string;
  readonly time: string;
  readonly tags: readonly string[];
  /** The snapshot that this is a copy of. */
  readonly original: string | undefined;
  readonly paths: readonly string[];
}

export function parseLine(text: string): ResticLine {
  const value = parsed(text);
  if (!isRecord(value)) return { kind: 'other', text };
  switch (value['message_type']) {
    case 'status':
      return {
        kind: 'status',
        status: {
          totalBytes: numberOf(value['total_bytes']),
          bytesDone: numberOf(value['bytes_done']),
          filesDone: numberOf(value['files_done']),
        },
      };
    case 'summary':
      return {
        kind: 'summary',
        summary: {
          snapshotId: textOf(value['snapshot_id']),
          bytesProcessed: numberOf(value['total_bytes_processed']),
          bytesAdded: numberOf(value['data_added']),
          filesProcessed: numberOf(value['total_files_processed']),
        },
      };
    case 'error': {
      const error = value['error'];
      return {
        kind: 'error',
        during: textOf(value['during']),
        item: textOf(value['item']),
        message: isRecord(error) ? messageOf(error) : textOf(error),
      };
    }
    default:
      return { kind: 'other', text };
  }
}

export function parseSnapshots(text: string): Snapshot[] {
  const value = parsed(text);
  // 0.14 prints null where there is none.
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((each) => ({
    id: textOf(each['id']),
    time: textOf(each['time']),
    tags: strings(each['tags']),
    original: typeof each['original'] === 'string' ? each['original'] : undefined,
    paths: strings(each['paths']),
  }));
}

/** The id in `restic cat config`. */
export function parseRepositoryId(text: string): string | undefined {
  const value = parsed(text);
  return isRecord(value) && typeof value['id'] === 'string' ? value['id'] : undefined;
}

/** A text, or what Go makes of a failed system call: `{"Op":"open","Path":"…","Err":13}`. */
function messageOf(error: Readonly<Record<string, unknown>>): string {
  if (typeof error['message'] === 'string') return error['message'];
  const { Op: call, Err: code } = error;
  if (typeof call !== 'string') return JSON.stringify(error);
  return typeof code === 'number' && code > 0 ? `${call}: ${getSystemErrorName(-code)}` : call;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
