import { dateTime, type TimeRange } from '@grafana/data';
import { intervalWarning, summaryHint } from './alerting-range';

function minutes(count: number): TimeRange {
  const from = dateTime(1_700_000_000_000);
  const to = dateTime(1_700_000_000_000 + count * 60_000);
  return { from, to, raw: { from, to } };
}

const noWhole = (range: string, interval: string) =>
  `In the rule's time range of ${range} there may be no whole interval of “${interval}”, and the rule would judge a part of one: the kind “Summary” over the rule's own time range is the steady choice.`;

describe('intervalWarning', () => {
  it.each([
    ['1h', 10, noWhole('10m', '1h')],
    ['1h', 119, noWhole('1h 59m', '1h')],
    ['day', 1440, noWhole('1d', 'day')],
  ])('names a range that is shorter than two intervals: %s in %d minutes', (interval, count, warning) => {
    expect(intervalWarning(interval, minutes(count))).toBe(warning);
  });

  it.each([
    ['1h', 120, /^The first and the last point stand for a part of their interval/],
    ['5m', 10, /^The first and the last point/],
    ['$interval', 10, /^The first and the last point/],
    ['day', 2880, /^The last point of the interval “day” is not over/],
    ['auto', 10, /^The interval “auto” depends on the width of a panel/],
  ])('says of %s in %d minutes what its points stand for', (interval, count, warning) => {
    expect(intervalWarning(interval, minutes(count))).toMatch(warning);
  });

  it.each(['auto', '1h', 'day'])('says once that a summary is the steady choice: %s', (interval) => {
    expect(intervalWarning(interval).match(/Summary/g)).toHaveLength(1);
  });
});

describe('summaryHint', () => {
  it.each([
    [undefined, '10 minutes unless changed).'],
    [minutes(90), '10 minutes unless changed), now 1h 30m.'],
  ])('says which time is counted', (range, ending) => {
    expect(summaryHint(range)).toBe(
      `A summary counts the calls of the rule's own time range (“Time Range” in the options beside the query, ${ending}`
    );
  });
});
