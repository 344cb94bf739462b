import { expect, test } from 'vitest';
import { calendarFile } from './calendar-ics.ts';

const at = Date.parse('2030-03-20T05:00:00Z');
const event = { id: 'a@holdfast', at, summary: 'daily; of, "shop"\\', description: 'two\nlines' };

test('times are in UTC, texts escaped, lines end in CRLF', () => {
  expect(calendarFile('shop', [event], at)).toBe(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Holdfast//policy calendar//EN',
      'X-WR-CALNAME:shop',
      'BEGIN:VEVENT',
      'UID:a@holdfast',
      'DTSTAMP:20300320T050000Z',
      'DTSTART:20300320T050000Z',
      'SUMMARY:daily\\; of\\, "shop"\\\\',
      'DESCRIPTION:two\\nlines',
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  );
});

test('no line has more than 75 octets, no character is cut, and unfolding gives the text back', () => {
  const summary = 'ü€😀 plan '.repeat(40).trim();
  const file = calendarFile('x', [{ ...event, summary }], at);
  for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  expect(file.replaceAll('\r\n ', '')).toContain(`SUMMARY:${summary}\r\n`);
});
