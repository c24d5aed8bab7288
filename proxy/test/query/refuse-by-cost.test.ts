import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { groupDimensions } from '../../src/query/dimensions/group-dimensions.ts';
import { latencyRow } from '../../src/query/dimensions/latency-rows.ts';
import { waysToRollups } from '../../src/query/read/refuse-by-cost.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type OpenMetrics, openMetrics } from './open-metrics.ts';
import { refusalOf } from './refusal.ts';

const month = { from: '2026-05-01T00:00Z', to: '2026-06-01T00:00Z', now: '2026-06-02T00:00Z' };
const costly = [{ key: 'total_time', operator: '>' as const, values: [0] }];

/** What the only connection of the test has read of all tables so far. */
async function rowsRead({ database }: OpenMetrics): Promise<number> {
  const { rows } = await sql<{ Value: string }>`show session status like 'Handler_read%'`.execute(database.kysely);
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

describeOnEngines(
  'refuseByCost',
  (engine) => {
    let table: OpenMetrics;

    beforeAll(async () => {
      table = await openMetrics(engine, { maxRowsRead: 1000, poolSize: 1 });
      // 20,000 calls in May, one of 10 monitors each but 20 of `rare`.
      await table.insert(
        Array.from({ length: 20_000 }, (_, call) => ({
          monitor_id: call % 1000 === 0 ? 'rare' : `monitor-${String(call % 10)}`,
          provider: 'p',
          model_name: 'm',
          start_time: new Date(Date.UTC(2026, 4, 1) + call * 120_000).toISOString().slice(0, 23).replace('T', ' '),
          total_time: call,
          cost: 1,
        }))
      );
      await table.run('analyze table ai_metrics');
    });
    afterAll(() => table.close());

    const refusal = (query: Parameters<OpenMetrics['answer']>[0], context = month) =>
      refusalOf(table.answer(query, context));

    it('refuses a question that would read too many calls, and says what to narrow', async () => {
      expect(await refusal({ kind: 'summary', metrics: ['cost'], filters: costly })).toMatch(
        /^query_too_large: The question would read about [\d,]+ calls one by one, more than 1,000: choose a shorter time range, or add a filter on monitor_id by = or in, which has an index$/
      );
    });

    it.each([
      ['one value, so that the server could run what it plans', { kind: 'summary', metrics: ['cost'] }],
      ['time', { metrics: ['requests'], interval: '1h' }],
      ['groups and sketches', { metrics: ['latency_p95', 'cost_p95'], groupBy: ['model_name'], interval: '1h' }],
      ['a ranking', { kind: 'summary', metrics: ['cost'], groupBy: ['monitor_id'], top: { limit: 3, by: 'cost' } }],
      ['a heatmap', { kind: 'heatmap', metrics: ['cost'] }],
      ['events', { kind: 'events', metrics: ['new_model'] }],
      ['calls in another order than that of time', { kind: 'calls', order: { by: 'cost', direction: 'desc' } }],
    ] as [string, Parameters<OpenMetrics['answer']>[0]][])('refuses %s', async (_what, query) => {
      expect(await refusal(query)).toMatch(/^query_too_large: The question would read about [\d,]+ calls one by one/);
    });

    it('tells programs how many calls they are', async () => {
      const thrown = await table.answer({ kind: 'summary', metrics: ['cost'] }, month).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ details: { rows: expect.any(Number) as number, limit: 1000 } });
      const { rows } = (thrown as { details: { rows: number } }).details;
      expect(rows).toBeGreaterThan(5000);
      expect(rows).toBeLessThan(40_000);
    });

    it('refuses values of dimensions likewise', async () => {
      expect(await refusalOf(table.dimensionValues({ dimension: 'monitor_id' }, month))).toMatch(/^query_too_large: /);
      const hour = { ...month, to: '2026-05-01T01:00Z' };
      expect(await table.dimensionValues({ dimension: 'provider' }, hour)).toEqual({ values: ['p'], truncated: false });
    });

    it('answers a short range, and what an index finds', async () => {
      const hour = { ...month, to: '2026-05-01T01:00Z' };
      expect(await table.rows({ kind: 'summary', filters: costly }, hour)).toEqual([{ requests: 29 }]);
      const rare = [{ key: 'monitor_id', operator: '=' as const, values: ['rare'] }, ...costly];
      expect(await table.rows({ kind: 'summary', filters: rare }, month)).toEqual([{ requests: 19 }]);
      const order = { by: 'cost', direction: 'desc' as const };
      expect(await table.rows({ kind: 'calls', filters: rare, order }, month)).toHaveLength(19);
    });

    it('answers a page of calls in the order of time, however long the range', async () => {
      expect(await table.rows({ kind: 'calls', limit: 10 }, month)).toHaveLength(10);
      expect(await table.rows({ kind: 'calls', limit: 10, filters: costly }, month)).toHaveLength(10);
    });

    it('suggests no filter that is there, and none without an index', async () => {
      const often = [{ key: 'monitor_id', operator: 'in' as const, values: ['monitor-1', 'monitor-2'] }];
      expect(await refusal({ kind: 'summary', filters: often })).toMatch(/: choose a shorter time range$/);
      await table.run('drop index ai_metrics_monitor_id on ai_metrics');
      expect(await refusal({ kind: 'summary' })).toMatch(/: choose a shorter time range$/);
      expect(await refusal({ kind: 'calls', order: { by: 'cost', direction: 'asc' } })).toMatch(
        /: choose a shorter time range, or order by start_time$/
      );
      await table.run('create index ai_metrics_monitor_id on ai_metrics (monitor_id, start_time)');
    });

    it('leaves a view alone, of which the server knows no number of rows', async () => {
      await table.run('rename table ai_metrics to calls', 'create view ai_metrics as select * from calls');
      expect(await table.rows({ kind: 'summary' }, month)).toEqual([{ requests: 20_000 }]);
      await table.run('drop view ai_metrics', 'rename table calls to ai_metrics');
    });

    it('does not run what it judges', async () => {
      const before = await rowsRead(table);
      await refusal({ kind: 'summary', metrics: ['cost'] });
      expect((await rowsRead(table)) - before).toBeLessThan(5000);
    });
  },
  ['mysql', 'mariadb']
);

describe('waysToRollups', () => {
  const named = (...names: string[]) => groupDimensions.filter(({ name }) => names.includes(name));

  it('names what rollups do not have, once', () => {
    const filters = [
      { type: 'number' as const, column: 'cost' as const, operator: '>' as const, value: 1 },
      { type: 'number' as const, column: 'cost' as const, operator: '<' as const, value: 2 },
      { type: 'text' as const, column: 'provider' as const, operator: '=' as const, values: ['p'] },
      { type: 'text' as const, column: 'monitor_id' as const, operator: '=' as const, values: ['m'] },
    ];
    expect(waysToRollups({ groupBy: named('provider', 'monitor_id'), filters })).toEqual([
      'leave out groupBy monitor_id and the filter on cost and the filter on monitor_id',
    ]);
  });

  it('names what a heatmap may show', () => {
    expect(waysToRollups({ groupBy: [latencyRow], filters: [] })).toEqual(['ask the heatmap for requests']);
  });

  it('names nothing of a question that rollups can answer', () => {
    expect(waysToRollups({ groupBy: named('provider', 'model_name', 'hour_of_day'), filters: [] })).toEqual([]);
  });
});
