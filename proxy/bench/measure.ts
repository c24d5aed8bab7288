import { type Difference, findDifferences } from './agree.ts';
import { cellsOfFrames, cellsOfRows } from './cells.ts';
import { asksPercentile, type Question } from './questions.ts';

/** The two ways to an answer; each resolves when the last of it was read. */
export interface Sides {
  direct: () => Promise<unknown>;
  proxy: () => Promise<unknown>;
}

export interface MeasureOptions {
  runs: number;
  exactMoney: boolean;
}

export interface Measured {
  question: string;
  directMs: number;
  proxyMs: number;
  /** How many times as fast as direct SQL the proxy is. */
  ratio: number;
  meetsAim: boolean;
  differences: Difference[];
}

// The proxy has to be this many times as fast as direct SQL: percentiles faster, everything else at most 1.3× slower.
const aims = { percentile: 1, other: 1 / 1.3 };

// A proxy that runs for days is warm; questions that take longer than this depend little on it.
const warmUpMs = 1000;

/**
 * Asks one question of both sides by turns and takes the median of each. Before that both are asked as often without
 * counting it, or until a second has passed; the first answers are compared.
 */
export async function measureQuestion(
  question: Question,
  sides: Sides,
  { runs, exactMoney }: MeasureOptions
): Promise<Measured> {
  const start = performance.now();
  const differences = findDifferences(cellsOfRows(await sides.direct()), cellsOfFrames(await sides.proxy()), {
    comparisons: question.comparisons,
    exactMoney,
  });
  for (let run = 1; run < runs && performance.now() - start < warmUpMs; run += 1) {
    await sides.direct();
    await sides.proxy();
  }
  const directTimes: number[] = [];
  const proxyTimes: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    directTimes.push(await timeOf(sides.direct));
    proxyTimes.push(await timeOf(sides.proxy));
  }
  const directMs = median(directTimes);
  const proxyMs = median(proxyTimes);
  const ratio = directMs / proxyMs;
  const meetsAim = asksPercentile(question) ? ratio > aims.percentile : ratio >= aims.other;
  return { question: question.name, directMs, proxyMs, ratio, meetsAim, differences };
}

async function timeOf(ask: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await ask();
  return performance.now() - start;
}

/** Of an even number of times the mean of the two in the middle. */
export function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, time) => sum + time, 0) / middle.length;
}
