/**
 * Tables for people: columns as wide as their contents, the flexible ones cut when the terminal is narrower.
 *
 * Not here: JSON for programs (each command's `--json`), live tables (live-area.ts draws the lines made here).
 */
import { cut, cutMiddle, padEnd, padStart, printable, textWidth } from './text-width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** May be cut, down to this many columns, when the terminal is too narrow. Default: never cut. */
  readonly shrinkTo?: number;
  /** Where it is cut. Default: at the end. */
  readonly cutAt?: 'end' | 'middle';
  /** Colour of the cell, applied after its width is settled. */
  readonly colour?: (row: Row) => (text: string) => string;
}

export interface TableOptions {
  /** Columns of the terminal; undefined: as wide as it takes (a file, a pipe). */
  readonly width?: number | undefined;
  readonly titleColour?: (text: string) => string;
}

const GAP = '  ';

/** The table's lines, the title line first. No rows give the title line alone. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, titleColour = (text) => text }: TableOptions = {},
): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.value(row))));
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...cells.map((line) => textWidth(line[index] ?? ''))),
  );
  if (width !== undefined) shrink(columns, widths, width);

  const line = (texts: readonly string[], row: Row | undefined): string =>
    columns
      .map((column, index) => {
        const fitted = (column.cutAt === 'middle' ? cutMiddle : cut)(texts[index] ?? '', widths[index] ?? 0);
        const isLast = index === columns.length - 1;
        const padded =
          column.align === 'right'
            ? padStart(fitted, widths[index] ?? 0)
            : isLast
              ? fitted
              : padEnd(fitted, widths[index] ?? 0);
        if (row === undefined) return titleColour(padded);
        return column.colour ? column.colour(row)(padded) : padded;
      })
      .join(GAP)
      .trimEnd();

  return [
    line(
      columns.map((column) => column.title),
      undefined,
    ),
    ...rows.map((row, index) => line(cells[index] ?? [], row)),
  ];
}

/** Takes from the widest flexible column, one step at a time, until the line fits or nothing can give. */
function shrink<Row>(columns: readonly Column<Row>[], widths: number[], available: number): void {
  const total = (): number => widths.reduce((sum, each) => sum + each, 0) + GAP.length * (columns.length - 1);
  for (let excess = total() - available; excess > 0; excess--) {
    let widest = -1;
    columns.forEach((column, index) => {
      const mayGive = column.shrinkTo !== undefined && (widths[index] ?? 0) > column.shrinkTo;
      if (mayGive && (widest === -1 || (widths[index] ?? 0) > (widths[widest] ?? 0))) widest = index;
    });
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
