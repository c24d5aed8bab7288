import type { Measured } from './measure.ts';
import { aimCell, memoryNote, number, type Report, round, text } from './report.ts';
import type { BenchResult } from './run-bench.ts';

/** A result for programs. Times are medians in ms. */
export interface JsonResult {
  question: string;
  /** Calls in the table. */
  rows: number;
  direct_ms: number;
  proxy_ms: number;
  /** direct_ms / proxy_ms */
  ratio: number;
  agrees: boolean;
}

export function questionReport({ rows, server, measured, peakMemoryBytes }: BenchResult): Report {
  return {
    command: 'npm run bench',
    rows,
    server,
    columns: [
      text('question'),
      number('direct ms'),
      number('proxy ms'),
      number('ratio'),
      text(''),
      text('agrees'),
      text('aim'),
    ],
    cells: measured.map((one) => tableRow(one, rows)),
    notes: [memoryNote(peakMemoryBytes)],
    json: jsonResults(measured, rows),
    differences: measured.map(describeDifferences).join(''),
  };
}

export function jsonResults(measured: readonly Measured[], rows: number): JsonResult[] {
  return measured.map(({ question, directMs, proxyMs, ratio, differences }) => ({
    question,
    rows,
    direct_ms: round(directMs, 1),
    proxy_ms: round(proxyMs, 1),
    ratio: round(ratio, 3),
    agrees: differences.length === 0,
  }));
}

function tableRow({ question, directMs, proxyMs, ratio, aim, differences }: Measured, rows: number): string[] {
  return [
    question,
    directMs.toFixed(1),
    proxyMs.toFixed(1),
    `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)}×`,
    bar(ratio),
    differences.length === 0 ? 'yes' : 'NO',
    aimCell(`≥ ${String(aim)}×`, ratio >= aim, rows),
  ];
}

const longestBar = 12;

/** A block for every doubling, and a hollow one for every halving: as fast as direct SQL is nothing. */
function bar(ratio: number): string {
  const halves = Math.round(2 * Math.abs(Math.log2(ratio)));
  const [whole, half] = ratio < 1 ? ['░', ''] : ['█', '▌'];
  const blocks = whole.repeat(Math.floor(halves / 2)) + half.repeat(halves % 2);
  return blocks.length > longestBar ? `${blocks.slice(0, longestBar - 1)}…` : blocks;
}

const shownDifferences = 5;

/** The first differences of a question; nothing where its answers agree. */
export function describeDifferences({ question, differences }: Measured): string {
  const shown = differences.slice(0, shownDifferences).map(({ cell, direct, proxy }) => {
    const value = (found: number | undefined) => (found === undefined ? 'nothing' : String(found));
    return `  ${cell}: direct SQL ${value(direct)}, proxy ${value(proxy)}\n`;
  });
  const more = differences.length - shown.length;
  return differences.length === 0
    ? ''
    : `${question}: the answers differ\n${shown.join('')}${more > 0 ? `  and ${String(more)} more\n` : ''}`;
}
