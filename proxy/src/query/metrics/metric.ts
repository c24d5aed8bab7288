import type { Parameters } from '../model/parameters.ts';
import type { PartialName, SketchName } from '../../partials/partials.ts';
import type { Kind } from '../model/schema.ts';

/** The partials of one set of calls as numbers. */
export interface PartialReader {
  /** A count, sum, minimum, maximum or time as float64; null where no row had a value. */
  partial: (name: PartialName) => number | null;
  /** Value at rank ⌈q·n⌉ of the sketch; null without values. */
  quantile: (name: SketchName, perMille: number) => number | null;
}

/** What a metric is computed from: the calls of one group in one bucket, and the time they stand for. */
export interface MetricInput extends PartialReader {
  /** Seconds of bucket ∩ range ∩ the past. */
  seconds: number;
  /** ms since 1970. */
  now: number;
  /** The calls of all groups in the same bucket. */
  all: PartialReader;
  /** The group's calls in another window, by the window's buckets. */
  window: (name: WindowName) => PartialReader[];
  calendar: Calendar;
  parameters: Parameters;
}

/**
 * What a metric may read: the range itself, or what belongs to the end of it: the month to date, the last 7 full days, or
 * the last full hour and the same hour in the 4 weeks before.
 */
export type WindowName = 'range' | 'month' | 'days' | 'hours';

/** Where the end of the range, or now if that is earlier, stands in its calendar month. */
export interface Calendar {
  /** The part of the month that has passed, 0 to 1. */
  elapsedShare: number;
  /** The rest of its day as a part of it, and the whole days after it. */
  remainingDays: number;
}

export interface Metric {
  name: string;
  label: string;
  group: 'Requests' | 'Cost' | 'Budget' | 'Tokens' | 'Latency' | 'Throughput' | 'Data quality' | 'Freshness';
  /** What it says, in words. */
  description: string;
  formula: string;
  /** What is left out, and why; empty where nothing is. */
  leftOut: string;
  /** A Grafana unit id; `currency` stands for that of the setting CURRENCY. */
  unit: string;
  kinds: readonly Kind[];
  partials: readonly PartialName[];
  sketch?: SketchName;
  /** The partial that counts the rows that have the metric's value. */
  counted: PartialName;
  value: (input: MetricInput) => number | null;
  /** The windows that it reads instead of the range; `counted` is that of the first. */
  windows: readonly WindowName[];
  /** Does it need the calls of all groups? */
  ofAll: boolean;
  parameters: readonly (keyof Parameters)[];
  /** May the values of groups or buckets be added up? */
  additive: boolean;
  /** Is it truly zero where there are no calls? */
  zeroFill: boolean;
  /** Is its difference from another time a number with a meaning? */
  comparable: boolean;
}

const defaults = {
  leftOut: '',
  kinds: ['timeseries', 'summary'],
  windows: ['range'],
  ofAll: false,
  parameters: [],
  additive: false,
  zeroFill: false,
  comparable: true,
  counted: 'requests',
} as const satisfies Partial<Metric>;

/** Of metrics that a heatmap of durations can be made of. */
export const withHeatmap: readonly Kind[] = ['timeseries', 'summary', 'heatmap'];

/** A metric with what most have in common filled in. */
export function define(metric: Omit<Metric, keyof typeof defaults> & Partial<Metric>): Metric {
  return { ...defaults, ...metric };
}

type Formula = Pick<Metric, 'partials' | 'value'>;
type AdditiveFormula = Formula & Pick<Metric, 'additive' | 'zeroFill'>;

/** A count or sum as it is. */
export function total(name: PartialName): AdditiveFormula {
  return { partials: [name], additive: true, zeroFill: true, value: (input) => input.partial(name) };
}

/** A ratio of sums, times `factor`. */
export function ratio(numerator: PartialName, denominator: PartialName, factor = 1): Formula {
  return {
    partials: [numerator, denominator],
    value: (input) => divide(scale(input.partial(numerator), factor), input.partial(denominator)),
  };
}

/** A sum per second of the time that has passed, times `factor`. */
export function perSecond(name: PartialName, factor = 1): AdditiveFormula {
  return {
    partials: [name],
    additive: true,
    zeroFill: true,
    value: (input) => divide(scale(input.partial(name), factor), input.seconds),
  };
}

/** Null where one of them is, or the denominator is 0. */
export function divide(numerator: number | null, denominator: number | null): number | null {
  return numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
