import { rowsForAims } from './questions.ts';

/** What a run found, for people and for programs. */
export interface Report {
  /** The command that makes it: also the marker of its place in docs/performance.md. */
  command: string;
  rows: number;
  server: string;
  columns: Column[];
  cells: string[][];
  /** Sentences that belong below the table. */
  notes: string[];
  json: unknown;
  /** Where answers differ; empty where they don't. */
  differences: string;
}

export interface Column {
  heading: string;
  isNumber: boolean;
}

export const text = (heading: string): Column => ({ heading, isNumber: false });
export const number = (heading: string): Column => ({ heading, isNumber: true });

/** Whether an aim is met; nothing where there are too few calls for it to say something. */
export function aimCell(aim: string, isMet: boolean, rows: number): string {
  return rows < rowsForAims ? '' : `${aim} ${isMet ? 'met' : 'MISSED'}`;
}

const megabyte = 1e6;
const mostMemory = 300 * megabyte;

/** The most memory that the proxy ever held, and whether that is little enough. */
export function memoryNote(peakMemoryBytes: number): string {
  const inMegabytes = (bytes: number) => `${(bytes / megabyte).toFixed(0)} MB`;
  const verdict = peakMemoryBytes < mostMemory ? 'met' : 'MISSED';
  return `Memory of the proxy: at most ${inMegabytes(peakMemoryBytes)} (aim: below ${inMegabytes(mostMemory)}, ${verdict}).`;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
