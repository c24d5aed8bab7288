import { shownWidth } from './show-text.ts';

const gap = '  ';

/** Lines of aligned columns under their headings, each line with its end. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    rows.reduce((width, row) => Math.max(width, shownWidth(row[column] ?? '')), shownWidth(heading))
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - shownWidth(cell))))
      .join(gap)
      .trimEnd();
  return [headings, ...rows].map((cells) => `${line(cells)}\n`).join('');
}
