import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'provisioning', 'alerting', 'cost.yaml');
const stepSchema = z.looseObject({
  relativeTimeRange: z.object({ from: z.number() }).optional(),
  model: z.record(z.string(), z.unknown()),
});
const { groups } = z
  .object({ groups: z.array(z.object({ rules: z.array(z.object({ uid: z.string(), data: z.array(stepSchema) })) })) })
  .parse(parse(readFileSync(file, 'utf8')));
const [days, today] = groups.flatMap(({ rules }) => rules).find(({ uid }) => uid === 'aitoys-daily-cost')?.data ?? [];

// The rule takes the last point for today.
describeOnEngines('the alert rule "Cost today"', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      { start_time: '2026-05-02 12:00:00.000', cost: '100' },
      { start_time: '2026-05-03 12:00:00.000', cost: '7' },
      { start_time: '2026-05-04 00:20:00.000', cost: '2' },
      { start_time: '2026-05-04 22:00:00.000', cost: '1' },
      // In Berlin, 25 October has 25 hours, and begins at 22:00Z.
      { start_time: '2026-10-24 21:59:00.000', cost: '40' },
      { start_time: '2026-10-24 22:01:00.000', cost: '5' },
      { start_time: '2026-10-25 22:59:00.000', cost: '6' },
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  const costToday = async (now: string, defaultZone: string) => {
    const { refId: _, ...query } = days?.model ?? {};
    const from = Date.parse(now) - (days?.relativeTimeRange?.from ?? 0) * 1000;
    const rows = await table.rows(query, { from, to: now, now, alerting: true, defaultZone });
    return rows.at(-1)?.['cost'];
  };

  it('takes the last day', () => {
    expect(today?.model).toMatchObject({ type: 'reduce', reducer: 'last' });
  });

  it.each([
    // What is asked at midnight ends there, so it is about the day that is over.
    ['2026-05-04T00:00:00.000Z', 'UTC', 7],
    ['2026-05-04T00:00:01.000Z', 'UTC', 0],
    ['2026-05-04T00:19:59.000Z', 'UTC', 0],
    ['2026-05-04T00:30:00.000Z', 'UTC', 2],
    ['2026-05-04T23:59:59.000Z', 'UTC', 3],
    ['2026-05-06T12:00:00.000Z', 'UTC', 0],
    ['2026-05-03T22:00:00.000Z', 'Europe/Berlin', 7],
    ['2026-05-03T22:30:00.000Z', 'Europe/Berlin', 0],
    ['2026-05-04T21:59:00.000Z', 'Europe/Berlin', 2],
    ['2026-10-24T22:00:30.000Z', 'Europe/Berlin', 0],
    ['2026-10-25T22:59:59.000Z', 'Europe/Berlin', 11],
    ['2026-10-25T23:00:01.000Z', 'Europe/Berlin', 0],
  ])('is at %s in %s what was spent since midnight', async (now, zone, cost) => {
    expect(await costToday(now, zone)).toBe(cost);
  });
});
