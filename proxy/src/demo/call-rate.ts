const hour = 3_600_000;
const day = 24 * hour;

/** Calls in each hour of a working day (UTC), relative to the busiest. */
const hourShape = [
  0.18, 0.15, 0.13, 0.12, 0.13, 0.17, 0.28, 0.48, 0.78, 0.95, 1, 0.97, 0.82, 0.9, 0.98, 0.95, 0.86, 0.7, 0.52, 0.42,
  0.36, 0.31, 0.26, 0.22,
];
// From Sunday on.
const weekdayShape = [0.24, 0.97, 1, 1, 0.98, 0.9, 0.3];

export interface HourShare {
  /** ms since 1970; clipped to the asked range. */
  from: number;
  to: number;
  /** Whole hours since 1970: the same for any part of the hour. */
  index: number;
  calls: number;
}

/** How busy the range is: what its number of calls is in proportion to. */
export function busyness(from: number, to: number): number {
  return hoursOf(from, to).reduce((sum, part) => sum + weigh(part), 0);
}

/** Spreads exactly `calls` over the hours of `[from, to)` by time of day and day of the week. */
export function spreadCalls(calls: number, from: number, to: number): HourShare[] {
  const parts = hoursOf(from, to);
  const total = busyness(from, to);
  let reached = 0;
  let given = 0;
  return parts.map((part, position) => {
    reached += weigh(part);
    const upTo = position === parts.length - 1 ? calls : Math.round((calls * reached) / total);
    const share = { ...part, calls: upTo - given };
    given = upTo;
    return share;
  });
}

type HourPart = Omit<HourShare, 'calls'>;

function hoursOf(from: number, to: number): HourPart[] {
  const parts: HourPart[] = [];
  for (let index = Math.floor(from / hour); index * hour < to; index += 1) {
    parts.push({ index, from: Math.max(from, index * hour), to: Math.min(to, (index + 1) * hour) });
  }
  return parts;
}

function weigh({ from, to, index }: HourPart): number {
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor((index * hour) / day) + 4) % 7;
  return ((to - from) / hour) * (hourShape[index % 24] ?? 1) * (weekdayShape[weekday] ?? 1);
}
