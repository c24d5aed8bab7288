import { intervalToAbbreviatedDurationString, type TimeRange } from '@grafana/data';

const HOUR = 3_600_000;

const LENGTHS: Record<string, number> = {
  '1m': HOUR / 60,
  '5m': HOUR / 12,
  '15m': HOUR / 4,
  '30m': HOUR / 2,
  '1h': HOUR,
  '6h': 6 * HOUR,
  day: 24 * HOUR,
  week: 168 * HOUR,
  month: 744 * HOUR,
};

const CALENDAR = ['6h', 'day', 'week', 'month'];

const STEADY = "the kind “Summary” over the rule's own time range is the steady choice.";

/** What makes points of time a poor thing to judge: those at both ends stand for a part of their interval only. */
export function intervalWarning(interval: string, range?: TimeRange): string {
  if (interval === 'auto') {
    return `The interval “auto” depends on the width of a panel, which a rule does not have: choose a fixed one; ${STEADY}`;
  }
  const length = LENGTHS[interval];
  if (range && length !== undefined && range.to.diff(range.from) < 2 * length) {
    return `In the rule's time range of ${durationText(range)} there may be no whole interval of “${interval}”, and the rule would judge a part of one: ${STEADY}`;
  }
  return CALENDAR.includes(interval)
    ? `The last point of the interval “${interval}” is not over when a rule looks at it, and sums in it grow until it is: ${STEADY}`
    : `The first and the last point stand for a part of their interval, so that sums in them are too low: ${STEADY}`;
}

/** Which time a summary is of, in a rule. */
export function summaryHint(range?: TimeRange): string {
  const now = range ? `, now ${durationText(range)}` : '';
  return `A summary counts the calls of the rule's own time range (“Time Range” in the options beside the query, 10 minutes unless changed)${now}.`;
}

function durationText({ from, to }: TimeRange): string {
  return intervalToAbbreviatedDurationString({ start: from.toDate(), end: to.toDate() });
}
