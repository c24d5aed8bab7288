import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDemoData, type DemoDataOptions } from '../../src/cli/add-demo-data.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

const options: DemoDataOptions = {
  rows: 6000,
  days: 3,
  seed: 1,
  until: Date.parse('2026-11-24T00:00:00Z'),
  append: false,
  metricsTimezone: 'UTC',
  onProgress: () => undefined,
};

let empty: EmptyDatabase<MetricsTables>;

async function starts(): Promise<string[]> {
  const rows = await empty.database.kysely.selectFrom('ai_metrics').select('start_time').orderBy('id').execute();
  return rows.map(({ start_time }) => start_time);
}

describeOnEngines('addDemoData', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await createMetricsTables(empty.database.kysely, engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('adds as many calls as asked, in the days that were asked', async () => {
    const told: number[] = [];
    expect(await addDemoData(empty.database, { ...options, onProgress: (added) => told.push(added) })).toBe(6000);
    const times = await starts();
    expect(times).toHaveLength(6000);
    expect(times.every((time) => time >= '2026-11-21 00:00:00' && time < '2026-11-24 00:00:00')).toBe(true);
    expect(told.at(-1)).toBe(6000);
  });

  it('adds the same calls for the same options', async () => {
    await addDemoData(empty.database, { ...options, rows: 500 });
    const first = await starts();
    await empty.run('delete from ai_metrics');
    await addDemoData(empty.database, { ...options, rows: 500 });
    expect(await starts()).toEqual(first);
  });

  it('adds to calls that are there only when told', async () => {
    await addDemoData(empty.database, { ...options, rows: 10 });
    await expect(addDemoData(empty.database, { ...options, rows: 10 })).rejects.toThrow(
      'ai_metrics has calls already: nothing was added'
    );
    expect(await addDemoData(empty.database, { ...options, rows: 10, append: true })).toBe(10);
    expect(await starts()).toHaveLength(20);
  });

  it('writes times in the zone in which they are read', async () => {
    await addDemoData(empty.database, { ...options, rows: 500, metricsTimezone: 'Asia/Shanghai' });
    const times = await starts();
    expect(times.every((time) => time >= '2026-11-21 08:00:00' && time < '2026-11-24 08:00:00')).toBe(true);
    expect(times.some((time) => time >= '2026-11-24 00:00:00')).toBe(true);
  });
});
