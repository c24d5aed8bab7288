import { type Difference, findDifferences } from './agree.ts';
import { cellsOfFrames, cellsOfRows } from './cells.ts';
import type { Question } from './questions.ts';

/** The two ways to an answer; each resolves when the last of it was read. */
export interface Sides {
  direct: () => Promise<unknown>;
  proxy: () => Promise<unknown>;
}

export interface MeasureOptions {
  runs: number;
  /** How long each side is asked before it is measured. */
  warmUpMs: number;
  exactMoney: boolean;
}

export interface Measured {
  question: string;
  directMs: number;
  proxyMs: number;
  /** How many times as fast as direct SQL the proxy is. */
  ratio: number;
  /** The least that it shall be. */
  aim: number;
  differences: Difference[];
}

// Code is compiled after it ran often.
const mostWarmUps = 100;

/**
 * Asks one question of both sides, first until they are warm, then by turns for the median of each; the first answers are
 * compared.
 */
export async function measureQuestion(
  question: Question,
  sides: Sides,
  { runs, warmUpMs, exactMoney }: MeasureOptions
): Promise<Measured> {
  const rows = await warm(sides.direct, warmUpMs);
  const frames = await warm(sides.proxy, warmUpMs);
  const differences = findDifferences(cellsOfRows(rows), cellsOfFrames(frames), {
    comparisons: question.comparisons,
    exactMoney,
  });
  const [directMs = 0, proxyMs = 0] = await medianTimes([sides.direct, sides.proxy], runs);
  return { question: question.name, directMs, proxyMs, ratio: directMs / proxyMs, aim: question.aim, differences };
}

/** Asks for so long without counting it, as a proxy that runs for days is warm; returns the first answer. */
export async function warm(ask: () => Promise<unknown>, warmUpMs: number): Promise<unknown> {
  const start = performance.now();
  const answer = await ask();
  for (let time = 1; time < mostWarmUps && performance.now() - start < warmUpMs; time += 1) {
    await ask();
  }
  return answer;
}

/** Asks each so often, by turns; returns the median of each in ms. */
export async function medianTimes(asks: readonly (() => Promise<unknown>)[], runs: number): Promise<number[]> {
  const times = asks.map(() => [] as number[]);
  for (let run = 0; run < runs; run += 1) {
    for (const [side, ask] of asks.entries()) {
      times[side]?.push(await timeOf(ask));
    }
  }
  return times.map(median);
}

export async function timeOf(ask: () => Promise<unknown>): Promise<number> {
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
