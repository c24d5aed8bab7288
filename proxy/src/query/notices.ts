import type { Bucket } from './buckets.ts';
import type { Derived, LeftOut } from './derive.ts';
import type { ResolvedCalls } from './resolve-calls.ts';
import type { ResolvedMetrics } from './resolve-metrics.ts';

/** Something to know about an answer, shown in the panel's inspector. */
export interface Notice {
  severity: 'info' | 'warning';
  text: string;
}

/** What a reader must know about the answer: approximate values, rows left out, buckets that are not whole. */
export function answerNotices(query: ResolvedMetrics, derived: Derived, leftOut: readonly LeftOut[]): Notice[] {
  const found = derived.kind === 'summary' ? derived.rows.length : derived.series.length;
  const texts = [
    ...nothing(query, found),
    ...approximate(query),
    ...missing(leftOut),
    ...partialBuckets(query, derived),
  ];
  return texts.map(inform);
}

/** What a reader must know about a page of `found` calls. */
export function callsNotices(query: ResolvedCalls, found: number, hasMore: boolean): Notice[] {
  const more = `There are more calls than the ${String(found)} of this page.`;
  return [...nothing(query, found), ...(hasMore ? [more] : [])].map(inform);
}

function inform(text: string): Notice {
  return { severity: 'info', text };
}

function nothing({ from, to }: Pick<ResolvedMetrics, 'from' | 'to'>, found: number): string[] {
  return found > 0 ? [] : [`Nothing was found from ${isoTime(from)} to ${isoTime(to)}.`];
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function approximate(query: ResolvedMetrics): string[] {
  return query.metrics.some(({ sketch }) => sketch !== undefined)
    ? ['Percentiles are nearest ranks, at most 1 % off.']
    : [];
}

function missing(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(
    ({ metric, rows }) => `${metric.label}: ${String(rows)} ${rows === 1 ? 'call' : 'calls'} without a value left out.`
  );
}

function partialBuckets(query: ResolvedMetrics, derived: Derived): string[] {
  const { interval, grid, from, to, now } = query;
  const first = grid.buckets[0];
  const last = grid.buckets.at(-1);
  const hasPoints = derived.kind === 'timeseries' && derived.series.length > 0;
  if (!hasPoints || interval === null || first === undefined || last === undefined) {
    return [];
  }
  const running = grid.buckets.find((bucket: Bucket) => bucket.start < now && now < bucket.end && now < to);
  return [
    ...(first.start < from
      ? ['The first point stands for a part of its interval: the time range starts inside it.']
      : []),
    ...(last.end > to && running !== last
      ? ['The last point stands for a part of its interval: the time range ends inside it.']
      : []),
    ...(running === undefined ? [] : ['The newest point is not finished: its interval is still running.']),
  ];
}
