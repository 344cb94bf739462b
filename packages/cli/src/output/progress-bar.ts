/** A bar of a fixed width for a share between 0 and 1; a share that is not known yet shows as an empty one. */

const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const FULL = '█';
const EMPTY = '░';

export function progressBar(share: number | undefined, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share ?? 0)) * width * 8);
  const full = Math.floor(eighths / 8);
  const part = PARTS[eighths % 8] ?? '';
  return (FULL.repeat(full) + part).padEnd(width, EMPTY);
}
