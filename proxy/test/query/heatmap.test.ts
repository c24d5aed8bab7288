import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerFrames } from '../../src/query/output/frames.ts';
import { metrics } from '../../src/query/metrics/metrics.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { resolved } from './made-answer.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { refusal } from './refusal.ts';

/*
 * A row ends 1.02¹² = 1.268… times higher than the one below it; row r ends at 1.02^(12r):
 *   r      0  3      4      30      31      93             94
 *   ms     1  2.040  2.587  1247.6  1582.2  3960880011.0  5023353573.3
 * Calls at 12:00 (two in row 0, two in row 31, one in row 3) and at 12:05 (in rows 31, 31, 30 and 94).
 */
const calls: [time: string, totalTime: number | null, cost: string | null][] = [
  ['12:00:00', 0, '0.1'],
  ['12:01:00', 1, '0.2'],
  ['12:02:00', 1248, '0.3'],
  ['12:03:00', 1582, null],
  ['12:04:59', 2, null],
  ['12:05:00', 1248, '1'],
  ['12:06:00', 1582, '2'],
  ['12:07:00', 1247, '4'],
  ['12:08:00', 4_294_967_295, '8'],
  // Without a duration there is no row.
  ['12:01:30', null, '100'],
  ['12:06:30', null, null],
  // After the range, which ends here.
  ['12:10:00', 1248, '1000'],
];

const range = { from: '2026-05-01T12:00Z', to: '2026-05-01T12:10Z', now: '2026-05-01T12:20Z' };

type Cell = [end: string, min: number, max: number, value: number | null];

/** Of both columns, from the bottom to the top: the calls and their cost. */
const cells: [end: string, row: number, calls: number, cost: number | null][] = [
  ['12:05', 0, 2, 0.3],
  ['12:05', 3, 1, null],
  ['12:05', 31, 2, 0.3],
  ['12:10', 30, 1, 4],
  ['12:10', 31, 2, 3],
  ['12:10', 94, 1, 8],
];
const bounds: Record<number, [min: number, max: number]> = {
  0: [0.788493, 1],
  3: [1.608437, 2.039887],
  30: [983.6934, 1247.5611],
  31: [1247.5611, 1582.2092],
  94: [3_960_880_011, 5_023_353_573],
};

describeOnEngines('answerFrames of a heatmap', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert(
      calls.map(([time, total_time, cost]) => ({ start_time: `2026-05-01 ${time}.000`, total_time, cost }))
    );
  });
  afterAll(() => table.close());

  const frameOf = async (metric: string, rest = {}) => {
    const answer = await table.answer({ kind: 'heatmap', metrics: [metric], interval: '5m', ...rest }, range);
    const [frame, ...others] = answerFrames(answer, 'A', 'USD');
    expect(others).toEqual([]);
    return frame;
  };

  const cellsOf = async (metric: string, rest = {}) => {
    const [ends = [], mins = [], maxs = [], values = []] = (await frameOf(metric, rest))?.data.values ?? [];
    return ends.map((end, index): Cell => [
      new Date(Number(end)).toISOString().slice(11, 16),
      Number(Number(mins[index]).toPrecision(6)),
      Number(Number(maxs[index]).toPrecision(6)),
      (values[index] ?? null) as number | null,
    ]);
  };

  const expectedCells = (value: (calls: number, cost: number | null) => number | null): Cell[] => {
    const found = cells.flatMap(([end, row, count, cost]): Cell[] => {
      const cell = value(count, cost);
      const [min = 0, max = 0] = bounds[row] ?? [];
      return cell === null ? [] : [[end, Number(min.toPrecision(6)), Number(max.toPrecision(6)), cell]];
    });
    // Tells Grafana how wide the first column is.
    return [['12:00', 0.788493, 1, null], ...found];
  };

  it.each(
    metrics
      .filter(({ kinds, name }) => kinds.includes('heatmap') && /^(requests|latency_)/.test(name))
      .map(({ name }) => name)
  )('counts the calls of %s', async (name) => {
    expect(await cellsOf(name)).toEqual(expectedCells((count) => count));
  });

  it.each([
    ['request_rate', (count: number) => count / 300],
    ['cost', (_count: number, cost: number | null) => cost],
    ['cost_rate_hour', (_count: number, cost: number | null) => (cost === null ? null : cost * 12)],
  ] as const)('computes %s', async (name, value) => {
    const found = await cellsOf(name);
    const expected = expectedCells(value);
    const digits = (cell: Cell) => [...cell.slice(0, 3), cell[3]?.toPrecision(12)];
    expect(found.map(digits)).toEqual(expected.map(digits));
  });

  it('names what Grafana draws, with units', async () => {
    const frame = await frameOf('latency_p95');
    expect(frame?.schema).toMatchObject({
      meta: { type: 'heatmap-cells', typeVersion: [0, 1], preferredVisualisationPluginId: 'heatmap' },
      fields: [
        { name: 'xMax', type: 'time', config: { interval: 300_000 } },
        { name: 'yMin', type: 'number', config: { unit: 'ms' } },
        { name: 'yMax', type: 'number', config: { unit: 'ms' } },
        { name: 'count', type: 'number', config: { unit: 'short', displayNameFromDS: 'Requests' } },
      ],
    });
    expect((await frameOf('cost'))?.schema.fields[3]?.config).toEqual({
      unit: 'currencyUSD',
      displayNameFromDS: 'Cost',
    });
  });

  it('says what has no place in it', async () => {
    const notices = async (metric: string) =>
      (await table.answer({ kind: 'heatmap', metrics: [metric], interval: '5m' }, range)).notices.map(
        ({ text }) => text
      );
    expect(await notices('latency_p95')).toEqual(['Duration: 2 calls without a value left out.']);
    expect(await notices('cost')).toEqual([
      'Duration: 2 calls without a value left out.',
      'Cost: 2 calls without a value left out.',
    ]);
  });

  it('keeps to filters and to minRequests', async () => {
    const filters = [{ key: 'total_time', operator: '>', values: [1000] }];
    const found = await cellsOf('requests', { filters, minRequests: 2 });
    expect(found.map(([end, , , value]) => [end, value])).toEqual([['12:00', null], ['12:05', 2], ['12:10', 2]]); // prettier-ignore
  });

  it('is empty where no call has a duration', async () => {
    const filters = [{ key: 'total_time', operator: '<', values: [0] }];
    expect(await frameOf('requests', { filters })).toBeUndefined();
  });
});

describeOnEngines('answerFrames of a heatmap of durations with a sign', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    if (engine !== 'sqlite') {
      await table.run('alter table ai_metrics modify total_time double');
    }
    await table.insert([-1, 0.5, 1.001, 1.5, 2.5].map((total_time) => ({ total_time })));
  });
  afterAll(() => table.close());

  it('leaves out those below 0 and finds the row of fractions', async () => {
    const answer = await table.answer({ kind: 'heatmap', metrics: ['requests'], interval: 'day' });
    const [frame] = answerFrames(answer, 'A', 'USD');
    const [, , maxs = [], values = []] = frame?.data.values ?? [];
    // 0.5 is in row 0, 1.001 in row 1 (to 1.268), 1.5 in row 2 (to 1.608) and 2.5 in row 4 (to 2.587).
    expect(maxs.map((max) => Number(Number(max).toFixed(3)))).toEqual([1, 1, 1.268, 1.608, 2.587]);
    expect(values).toEqual([null, 1, 1, 1, 1]);
    expect(answer.notices.map(({ text }) => text)).toEqual(['Duration: 1 call without a value left out.']);
  });
});

describe('resolveQuery of a heatmap', () => {
  const refused = (query: object, context = {}) =>
    refusal(() => resolved({ kind: 'heatmap', ...query } as never, context));

  it('has exactly the metrics of calls, costs and latency', () => {
    expect(metrics.filter(({ kinds }) => kinds.includes('heatmap')).map(({ name }) => name)).toEqual([
      'requests',
      'request_rate',
      'cost',
      'cost_rate_hour',
      'latency_avg',
      'latency_min',
      'latency_max',
      'latency_p50',
      'latency_p75',
      'latency_p90',
      'latency_p95',
      'latency_p99',
    ]);
  });

  it('refuses other metrics, and several', () => {
    expect(refused({ metrics: ['tokens'] })).toBe(
      'invalid_request: metrics: "tokens" has no kind heatmap; allowed: timeseries, summary'
    );
    expect(refused({ metrics: ['requests', 'cost'] })).toBe(
      'invalid_request: metrics: a heatmap shows one metric: ask for one'
    );
  });

  it.each([
    ['groupBy', ['provider']],
    ['top', { limit: 5, by: 'cost' }],
    ['compare', 'week'],
    ['fill', 'zero'],
    ['shape', 'numbers'],
    ['order', { by: 'cost' }],
    ['limit', 5],
    ['parameters', { slowMs: 1 }],
  ])('refuses %s', (field, value) => {
    expect(refused({ [field]: value })).toBe(
      `invalid_request: ${field}: heatmaps have none; allowed: metrics, filters, interval, timezone, minRequests`
    );
  });

  it('refuses alert rules', () => {
    expect(refused({}, { alerting: true })).toBe(
      'invalid_request: kind: an alert rule needs numbers, and a heatmap is for panels: ask for a summary or time series'
    );
  });
});
