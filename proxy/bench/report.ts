import type { Measured } from './measure.ts';

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

export const headings = ['question', 'direct ms', 'proxy ms', 'ratio', '', 'agrees', 'aim'];

/** A result for people, as cells under `headings`; the one without a heading is the ratio as a bar. */
export function tableRow({ question, directMs, proxyMs, ratio, meetsAim, differences }: Measured): string[] {
  return [
    question,
    directMs.toFixed(1),
    proxyMs.toFixed(1),
    `${ratio.toFixed(2)}×`,
    bar(ratio),
    differences.length === 0 ? 'yes' : 'NO',
    meetsAim ? 'met' : 'MISSED',
  ];
}

const barOfOne = 8;
const longestBar = 24;

/** Eight blocks are as fast as direct SQL. */
function bar(ratio: number): string {
  const blocks = Math.round(ratio * barOfOne);
  return blocks > longestBar ? `${'█'.repeat(longestBar - 1)}…` : '█'.repeat(blocks);
}

const shownDifferences = 5;

/** The first differences of a question; nothing where its answers agree. */
export function describeDifferences({ question, differences }: Measured): string {
  const shown = differences.slice(0, shownDifferences).map(({ cell, direct, proxy }) => {
    const value = (number: number | undefined) => (number === undefined ? 'nothing' : String(number));
    return `  ${cell}: direct SQL ${value(direct)}, proxy ${value(proxy)}\n`;
  });
  const more = differences.length - shown.length;
  return differences.length === 0
    ? ''
    : `${question}: the answers differ\n${shown.join('')}${more > 0 ? `  and ${String(more)} more\n` : ''}`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
