import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type OpenMetrics, openMetrics } from './open-metrics.ts';

// Columns that an application may well have: in GROUP BY they would come before a name that a statement gives.
const columns = ['value', 'bucket_index', 'group_1', 'sketch_index', 'requests', 'latencyMax'];

describeOnEngines('answerQuery of a table with columns of its own', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    for (const column of columns) {
      await table.run(`alter table ai_metrics add ${column} varchar(8) default 'x'`);
    }
    await table.insert([
      { provider: 'a', model_name: 'm', total_time: 100 },
      { provider: 'b', model_name: 'm ', total_time: 200 },
      { provider: 'b', model_name: 'M', total_time: 300 },
    ]);
  });

  afterAll(() => table.close());

  it('groups by the dimensions and by nothing else', async () => {
    const rows = await table.rows({ kind: 'summary', metrics: ['requests', 'latency_max'], groupBy: ['provider'] });
    expect(rows).toEqual([
      { provider: 'a', requests: 1, latency_max: 100 },
      { provider: 'b', requests: 2, latency_max: 300 },
    ]);
  });

  it('ranks durations by bucket and group', async () => {
    const rows = await table.rows({ metrics: ['latency_p50', 'latency_max'], groupBy: ['provider'], interval: 'day' });
    expect(rows).toEqual([
      { time: '2026-05-01T00:00:00.000Z', provider: 'a', latency_p50: 100, latency_max: 100 },
      {
        time: '2026-05-01T00:00:00.000Z',
        provider: 'b',
        latency_p50: expect.closeTo(200, -1) as number,
        latency_max: 300,
      },
    ]);
  });

  it('lists every value of a dimension', async () => {
    const { values } = await table.dimensionValues({ dimension: 'model_name' });
    expect(values).toEqual(['M', 'm', 'm ']);
  });
});
