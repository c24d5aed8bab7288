import type { Bucket } from '../windows/buckets.ts';
import type { Derived, LeftOut } from '../derive/derive.ts';
import { otherLabel } from '../dimensions/dimensions.ts';
import type { ResolvedCalls } from '../calls/resolve-calls.ts';
import type { ResolvedEvents } from '../events/resolve-events.ts';
import type { GroupsRead } from '../read/read-groups.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';

/** Something to know about an answer, shown in the panel's header. */
export interface Notice {
  severity: 'info' | 'warning';
  text: string;
}

/** How an answer came about. */
export interface AnswerFacts extends Pick<GroupsRead, 'rollups'> {
  leftOut: readonly LeftOut[];
  /** How many groups there are. */
  groups: number;
  /** The threshold of slow calls that was asked for, in ms. */
  askedSlowMs: number;
}

/** What a reader must know about the answer, most important first: rows left out, buckets that are not whole, … */
export function answerNotices(
  query: ResolvedMetrics,
  derived: Derived,
  { leftOut, groups, askedSlowMs, rollups }: AnswerFacts
): Notice[] {
  const found = derived.kind === 'summary' ? derived.rows.length : derived.series.length;
  const texts = [
    ...nothing(query, found),
    ...missing(leftOut),
    ...limited(derived),
    ...others(query, groups),
    ...partialBuckets(query, derived),
    ...ofTheMonth(query),
    ...compared(query),
    ...slow(query, askedSlowMs),
    ...approximate(query),
    ...fromRollups(query, rollups),
  ];
  return texts.map(inform);
}

/** What a reader must know about a page of `found` calls. */
export function callsNotices(query: ResolvedCalls, found: number, hasMore: boolean): Notice[] {
  const more = `There are more calls than the ${String(found)} of this page.`;
  return [...nothing(query, found), ...(hasMore ? [more] : [])].map(inform);
}

/** What a reader must know about events: what is new, which costs are missing, and how many were `found` in all. */
export function eventsNotices(
  query: ResolvedEvents,
  { answered, found, leftOut }: { answered: number; found: number; leftOut: number }
): Notice[] {
  const newest = `Only the newest ${String(answered)} of ${String(found)} events: choose a shorter range or a filter.`;
  return [
    ...nothing(query, found).map(inform),
    ...(answered < found ? [{ severity: 'warning' as const, text: newest }] : []),
    ...(leftOut > 0 ? missing([{ metrics: [{ label: 'Budget crossed' }], rows: leftOut }]).map(inform) : []),
    ...(query.events.includes('new_model')
      ? [inform(`New model: there is no call of it before, back to ${isoTime(query.lookBackTo)}.`)]
      : []),
  ];
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

function slow({ metrics, parameters: { slowMs } }: ResolvedMetrics, asked: number): string[] {
  const moved = slowMs === asked ? '' : `; ${String(asked)} ms moved to the nearest edge of the sketch`;
  return metrics.some((metric) => metric.parameters.includes('slowMs'))
    ? [`A call is slow that takes longer than ${String(Number(slowMs.toFixed(3)))} ms${moved}.`]
    : [];
}

function fromRollups({ now }: ResolvedMetrics, rollups: AnswerFacts['rollups']): string[] {
  if (rollups === null) {
    return [];
  }
  const { auditedAt } = rollups;
  const since = auditedAt === null ? 'not compared yet' : `last compared ${age(now - auditedAt)} ago`;
  return [
    `From rollups and the newest calls. Older calls that were changed or deleted count after an audit: ${since}.`,
  ];
}

function age(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.round(minutes / 60))} h`;
}

function compared({ periods: [, previous], to, now }: ResolvedMetrics): string[] {
  if (previous === undefined) {
    return [];
  }
  const running = now < to ? '; the current one is not over yet' : '';
  return [`The previous period is from ${isoTime(previous.from)} to ${isoTime(previous.to)}${running}.`];
}

function others({ top, groupBy }: ResolvedMetrics, groups: number): string[] {
  // Those of a dimension with very many values were put together before they could be counted.
  if (top === null || groups <= top.limit || groupBy.some(({ needsTop }) => needsTop)) {
    return [];
  }
  const rest = groups - top.limit;
  const words = `${String(rest)} more ${rest === 1 ? 'group' : 'groups'}`;
  return [top.other ? `${words} together are ${otherLabel}.` : `${words} left out.`];
}

function limited(derived: Derived): string[] {
  return derived.kind === 'summary' && derived.rows.length < derived.found
    ? [`The first ${String(derived.rows.length)} of ${String(derived.found)} rows.`]
    : [];
}

function missing(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(
    ({ metrics, rows }) =>
      `${labels(metrics)}: ${String(rows)} ${rows === 1 ? 'call' : 'calls'} without a value left out.`
  );
}

function ofTheMonth({ metrics, from, periods: [{ windows }] }: ResolvedMetrics): string[] {
  const month = windows.find(({ name }) => name === 'month');
  const read = metrics.filter((metric) => metric.windows.includes('month'));
  return month === undefined || month.from === from || read.length === 0
    ? []
    : [`${labels(read)}: from the start of the month on, wherever the time range begins.`];
}

/** Some labels have a comma in them. */
function labels(metrics: LeftOut['metrics']): string {
  return metrics.map(({ label }) => label).join('; ');
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
