import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallText } from '../../src/time/wall-text.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { planQuery } from '../../src/query/read/plan.ts';
import type { Segment } from '../../src/query/read/segments.ts';
import { tileCells } from '../../src/query/read/tile.ts';
import { resolved } from './made-answer.ts';
import type { questionContext } from './question-context.ts';

/** `source from–to`, without what is the same in all of them. */
function described(segments: readonly Segment[]): string[] {
  const time = (wall: number) =>
    wallText(wall)
      .replace(/:00\.000$/, '')
      .replace(/^2026-/, '');
  return segments.map((segment) => {
    const source = segment.source === 'rollup' ? segment.tier.name : segment.source;
    return `${source} ${time(segment.wallFrom)} – ${time(segment.wallTo)}`;
  });
}

function planned(
  query: Partial<QueryInput>,
  context: Parameters<typeof questionContext>[0] = {},
  usesRollups = true
): string[] {
  const question = resolved(query, context);
  const plans = planQuery(
    question,
    question.periods.flatMap(({ windows }) => windows),
    usesRollups
  );
  return plans.flatMap(({ segments }) => described(segments));
}

const summary: Partial<QueryInput> = { kind: 'summary' };
const wholeDays = { from: '2026-05-01T00:00Z', to: '2026-05-11T00:00Z' };

describe('planQuery', () => {
  it('reads whole days as days, and calls that are not in them yet as rows', () => {
    expect(planned(summary, wholeDays)).toEqual(['1d 05-01 00:00 – 05-11 00:00', 'tail 05-01 00:00 – 05-11 00:00']);
  });

  it('reads the ends by smaller and smaller cells, and what fits none as rows', () => {
    expect(planned(summary, { from: '2026-05-01T22:39:30.250Z', to: '2026-05-03T01:21:00.001Z' })).toEqual([
      'raw 05-01 22:39:30.250 – 05-01 22:40',
      '5m 05-01 22:40 – 05-01 22:45',
      '15m 05-01 22:45 – 05-01 23:00',
      '1h 05-01 23:00 – 05-02 00:00',
      '1d 05-02 00:00 – 05-03 00:00',
      '1h 05-03 00:00 – 05-03 01:00',
      '15m 05-03 01:00 – 05-03 01:15',
      '5m 05-03 01:15 – 05-03 01:20',
      '1m 05-03 01:20 – 05-03 01:21',
      'raw 05-03 01:21 – 05-03 01:21:00.001',
      'tail 05-01 22:40 – 05-03 01:21',
    ]);
  });

  it.each<[QueryInput['interval'], string, string[]]>([
    ['1m', 'UTC', ['1m']],
    ['5m', 'UTC', ['5m']],
    ['15m', 'UTC', ['15m']],
    ['30m', 'UTC', ['15m']],
    ['1h', 'UTC', ['1h']],
    ['6h', 'UTC', ['1h']],
    ['day', 'UTC', ['1d']],
    ['week', 'UTC', ['1d']],
    ['month', 'UTC', ['1d']],
    // A zone at :45: hours begin at a quarter, days at 18:15.
    ['15m', 'Asia/Kathmandu', ['15m']],
    ['30m', 'Asia/Kathmandu', ['15m']],
    ['1h', 'Asia/Kathmandu', ['15m']],
    ['1h', 'Asia/Shanghai', ['1h']],
    ['day', 'Asia/Shanghai', ['1h']],
  ])('answers %s buckets in %s with cells of %j', (interval, timezone, tiers) => {
    const plan = planned({ interval, timezone }, { ...wholeDays, to: '2026-05-08T00:00Z' });
    expect([...new Set(plan.map((text) => text.split(' ')[0]))]).toEqual([...tiers, 'tail']);
  });

  it('puts a day of a zone at :45 together from quarters and hours', () => {
    const context = { from: '2026-05-01T18:15Z', to: '2026-05-03T18:15Z' };
    expect(planned({ interval: 'day', timezone: 'Asia/Kathmandu' }, context)).toEqual([
      '15m 05-01 18:15 – 05-01 19:00',
      '1h 05-01 19:00 – 05-02 18:00',
      '15m 05-02 18:00 – 05-02 19:00',
      '1h 05-02 19:00 – 05-03 18:00',
      '15m 05-03 18:00 – 05-03 18:15',
      'tail 05-01 18:15 – 05-03 18:15',
    ]);
  });

  it('does not let a cell cross the hour or day that calls are grouped by', () => {
    expect(planned({ ...summary, groupBy: ['hour_of_day'] }, wholeDays)[0]).toBe('1h 05-01 00:00 – 05-11 00:00');
    expect(planned({ ...summary, groupBy: ['day_of_week'] }, wholeDays)[0]).toBe('1d 05-01 00:00 – 05-11 00:00');
    const kathmandu = { ...summary, groupBy: ['hour_of_day'], timezone: 'Asia/Kathmandu' };
    expect(planned(kathmandu, wholeDays)[0]).toBe('15m 05-01 00:00 – 05-11 00:00');
  });

  it('reads stored times: days of a zone that times are stored in are days', () => {
    const context = { from: '2026-05-01T16:00Z', to: '2026-05-03T16:00Z', storedZone: 'Asia/Shanghai' };
    expect(planned({ interval: 'day', timezone: 'Asia/Shanghai' }, context)).toEqual([
      '1d 05-02 00:00 – 05-04 00:00',
      'tail 05-02 00:00 – 05-04 00:00',
    ]);
  });

  it('reads rows where a range has no whole minute', () => {
    const context = { from: '2026-05-01T12:00:01Z', to: '2026-05-01T12:00:59Z' };
    expect(planned(summary, context)).toEqual(['raw 05-01 12:00:01.000 – 05-01 12:00:59.000']);
  });

  it('plans every period and window by itself', () => {
    const context = { ...wholeDays, now: '2026-06-01T00:00Z' };
    const plan = planned({ ...summary, metrics: ['requests', 'cost_mtd'], compare: 'day' }, context);
    expect(plan.filter((text) => text.startsWith('1d'))).toEqual([
      '1d 05-01 00:00 – 05-11 00:00',
      '1d 05-01 00:00 – 05-11 00:00',
      '1d 04-30 00:00 – 05-10 00:00',
      '1d 05-01 00:00 – 05-10 00:00',
    ]);
  });

  describe('of what rollups have', () => {
    const filter = (key: string, operator: string, value: string | number) =>
      ({ filters: [{ key, operator, values: [value] }] }) as Partial<QueryInput>;

    it.each<[string, Partial<QueryInput>, 'rollups' | 'rows']>([
      ['no group', {}, 'rollups'],
      ['provider and model', { groupBy: ['provider', 'model_name'] }, 'rollups'],
      ['hours and weekdays', { groupBy: ['hour_of_day', 'day_of_week'] }, 'rollups'],
      ['monitors', { groupBy: ['monitor_id'], top: { limit: 5, by: 'requests', other: true } }, 'rows'],
      ['a filter on a provider', filter('provider', '=', 'openai'), 'rollups'],
      ['a filter on a part of a model', filter('model_name', 'contains', 'gpt'), 'rollups'],
      ['a filter on a monitor', filter('monitor_id', '=', 'm'), 'rows'],
      ['a filter on a measure', filter('cost', '>', 1), 'rows'],
      ['percentiles', { metrics: ['latency_p95', 'cost_p95'] }, 'rollups'],
      ['slow calls', { metrics: ['slow_ratio'] }, 'rollups'],
      ['times', { metrics: ['first_seen', 'last_seen_age'] }, 'rollups'],
      ['a heatmap of requests', { kind: 'heatmap', metrics: ['requests'] }, 'rollups'],
      ['a heatmap of cost', { kind: 'heatmap', metrics: ['cost'] }, 'rows'],
    ])('answers %s', (_, query, by) => {
      const sources = planned({ kind: 'summary', ...query }, wholeDays).map((text) => text.split(' ')[0]);
      expect(sources.includes('raw') ? 'rows' : 'rollups').toBe(by);
      expect(planned({ kind: 'summary', ...query }, wholeDays, false)).toEqual(['raw 05-01 00:00 – 05-11 00:00']);
    });
  });
});

describe('tileCells', () => {
  const minute = 60_000;
  const cutList = fc
    .uniqueArray(fc.integer({ min: -200_000, max: 40 * 24 * 60 }), { minLength: 2, maxLength: 12 })
    .map((minutes) => minutes.sort((a, b) => a - b).map((at) => at * minute));
  const edges = fc.tuple(fc.integer({ min: 0, max: minute - 1 }), fc.integer({ min: 0, max: minute - 1 }));

  it('covers the time once, with cells that no cut goes through', () => {
    fc.assert(
      fc.property(cutList, edges, (minutes, [left, right]) => {
        const cuts = minutes.map((cut, position) =>
          position === 0 ? cut - left : position === minutes.length - 1 ? cut + right : cut
        );
        const segments = tileCells(cuts);
        const covering = segments.filter(({ source }) => source !== 'tail');
        expect([covering[0]?.wallFrom, ...covering.map(({ wallTo }) => wallTo)]).toEqual([
          ...covering.map(({ wallFrom }) => wallFrom),
          cuts.at(-1),
        ]);
        expect(covering[0]?.wallFrom).toBe(cuts[0]);
        for (const segment of segments) {
          if (segment.source === 'rollup') {
            const width = segment.tier.seconds * 1000;
            const inside = cuts.filter((cut) => cut > segment.wallFrom && cut < segment.wallTo);
            expect([segment.wallFrom, segment.wallTo, ...inside].filter((at) => at % width !== 0)).toEqual([]);
          }
        }
        const rolledUp = segments.filter(({ source }) => source === 'rollup');
        const tail = segments.filter(({ source }) => source === 'tail');
        const length = (parts: Segment[]) => parts.reduce((sum, { wallFrom, wallTo }) => sum + wallTo - wallFrom, 0);
        expect(length(tail)).toBe(length(rolledUp));
      })
    );
  });

  it('leaves buckets that fit no cell to rows', () => {
    const cuts = Array.from({ length: 20 }, (_, position) => position * 3600_000 + 30_000);
    expect(tileCells(cuts)).toEqual([{ source: 'raw', wallFrom: 30_000, wallTo: 19 * 3600_000 + 30_000 }]);
  });
});
