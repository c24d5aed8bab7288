import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { defaultLimits } from './question-context.ts';

describeOnEngines(
  'answerQuery about columns of other types',
  (engine) => {
    describe.each(['DATETIME', 'DATETIME(3)', 'DATETIME(6)', 'TIMESTAMP', 'TIMESTAMP(6)'])('start_time %s', (type) => {
      let table: OpenMetrics;

      beforeAll(async () => {
        table = await openMetrics(engine, { metricsTimezone: type.startsWith('T') ? 'Asia/Shanghai' : 'UTC' });
        await table.run(`ALTER TABLE ai_metrics MODIFY start_time ${type} NOT NULL, MODIFY end_time ${type} NULL`);
        await table.insert([
          { start_time: '2026-05-01 11:59:59', end_time: '2026-05-01 12:00:01', total_time: 2000 },
          { start_time: '2026-05-01 12:00:00', end_time: '2026-05-01 12:00:02', total_time: 500 },
          { start_time: '2026-05-01 12:00:59', end_time: null, total_time: null },
          { start_time: '2026-05-01 12:01:00', end_time: '2026-05-01 12:01:00', total_time: 0 },
        ]);
        if (type.endsWith('(6)')) {
          await table.insert([
            { start_time: '2026-05-01 12:00:59.999999', end_time: '2026-05-01 12:01:00.999999', total_time: 0 },
          ]);
        }
      });
      afterAll(async () => {
        await table.close();
      });
      const context = { from: '2026-05-01T12:00Z', to: '2026-05-01T12:01Z' };
      const fine = type.endsWith('(6)') ? 1 : 0;

      it('counts what is in the range', async () => {
        expect(await table.rows({ kind: 'summary' }, context)).toEqual([{ requests: 2 + fine }]);
        expect(
          await table.rows({ kind: 'summary' }, { from: '2026-05-01T11:59:59.001Z', to: '2026-05-01T12:00:00.001Z' })
        ).toEqual([{ requests: 1 }]);
        expect(
          await table.rows({ kind: 'summary' }, { from: '2026-05-01T11:59:58.999Z', to: '2026-05-01T12:00:59.001Z' })
        ).toEqual([{ requests: 3 }]);
      });

      it('sorts it into buckets', async () => {
        expect(await table.rows({ interval: '1m' }, { from: '2026-05-01T11:59Z', to: '2026-05-01T12:02Z' })).toEqual([
          { time: '2026-05-01T11:59:00.000Z', requests: 1 },
          { time: '2026-05-01T12:00:00.000Z', requests: 2 + fine },
          { time: '2026-05-01T12:01:00.000Z', requests: 1 },
        ]);
      });

      it('sorts it into months', async () => {
        expect(
          await table.rows(
            { interval: 'month', timezone: 'Asia/Kathmandu' },
            { from: '2026-04-01T00:00Z', to: '2026-06-01T00:00Z' }
          )
        ).toEqual([{ time: '2026-04-30T18:15:00.000Z', requests: 4 + fine }]);
      });

      it('compares durations, and says when the calls were', async () => {
        const metrics = ['duration_mismatch_requests', 'first_seen', 'last_seen_age'];
        expect(await table.rows({ kind: 'summary', metrics }, { ...context, now: '2026-05-01T12:02Z' })).toEqual([
          {
            duration_mismatch_requests: 1,
            first_seen: Date.parse('2026-05-01T12:00Z'),
            last_seen_age: fine === 1 ? 60.001 : 61,
          },
        ]);
      });

      it('answers about times that the column can not hold', async () => {
        const limits = { ...defaultLimits, rangeDays: 100_000 };
        for (const [from, to, requests] of [
          [0, '2038-06-01T00:00Z', 4 + fine],
          ['2037-06-01T00:00Z', '2038-06-01T00:00Z', 0],
          ['2039-06-01T00:00Z', '2040-06-01T00:00Z', 0],
          ['2106-01-01T00:00Z', '2106-12-31T00:00Z', 0],
          ['9998-01-01T00:00Z', '9999-01-01T00:00Z', 0],
        ] as const) {
          const query = { kind: 'summary', fill: 'zero' } as const;
          const now = '9999-12-01T00:00Z';
          expect(await table.rows(query, { from, to, now, limits })).toEqual([{ requests }]);
          const points = await table.rows(
            { interval: 'month', timezone: 'America/New_York' },
            { from, to, now, limits }
          );
          expect(points.reduce((sum, point) => sum + Number(point['requests']), 0)).toBe(requests);
          expect((await table.dimensionValues({}, { from, to, now, limits })).values).toEqual(
            requests > 0 ? ['(none)'] : []
          );
        }
      });
    });
  },
  ['mysql', 'mariadb']
);
