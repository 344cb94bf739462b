/**
 * Runs as a calendar file that mail programs and phones read.
 *
 * Source: RFC 5545: lines end in CRLF and are folded at 75 octets; text escapes backslash, semicolon, comma and
 * newline.
 */
import { type Instant, isoTime } from '@holdfast/kernel';

export interface CalendarEvent {
  /** The same for the same event, so that a calendar that reads the file again does not double it. */
  readonly id: string;
  readonly at: Instant;
  readonly summary: string;
  readonly description: string;
}

const LINE_OCTETS_MAX = 75;

export function calendarFile(name: string, events: readonly CalendarEvent[], madeAt: Instant): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Holdfast//policy calendar//EN',
    `X-WR-CALNAME:${escaped(name)}`,
    ...events.flatMap(({ id, at, summary, description }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(id)}`,
      `DTSTAMP:${stamp(madeAt)}`,
      `DTSTART:${stamp(at)}`,
      `SUMMARY:${escaped(summary)}`,
      `DESCRIPTION:${escaped(description)}`,
      // A backup takes nobody's time.
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20300320T050000Z` */
function stamp(at: Instant): string {
  return isoTime(at).replace(/[-:]|\.\d+/g, '');
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

/** Continued lines begin with a space; no character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS_MAX) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}
