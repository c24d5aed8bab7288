import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureTable, type LoadOptions } from '../../bench/load-table.ts';
import { readMetricsSource } from '../../src/database/metrics-source.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

let empty: EmptyDatabase<MetricsTables>;
let told: number[];

const options = (rows: number | undefined): LoadOptions => ({
  rows,
  metricsTimezone: 'UTC',
  say: () => undefined,
  startProgress: () => ({ update: (done) => void told.push(done), stop: () => undefined }),
});

async function calls(): Promise<unknown[]> {
  return empty.database.kysely.selectFrom('ai_metrics').selectAll().orderBy('id').execute();
}

describeOnEngines(
  'ensureTable',
  (engine) => {
    beforeEach(async () => {
      told = [];
      empty = await emptyDatabase(engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('makes a table with exactly so many calls of 90 days, and its indexes', async () => {
      expect(await ensureTable(empty.database, options(300))).toBe(300);
      const { indexes } = await readMetricsSource(empty.database, 'UTC');
      expect(indexes.map(({ name }) => name).toSorted()).toEqual([
        'PRIMARY',
        'ai_metrics_monitor_id',
        'ai_metrics_start_time',
      ]);
      expect(await calls()).toHaveLength(300);
      expect(told.at(-1)).toBe(300);
    });

    it('reuses what it made, and what is there', async () => {
      await ensureTable(empty.database, options(30));
      const made = await calls();
      expect([
        await ensureTable(empty.database, options(30)),
        await ensureTable(empty.database, options(undefined)),
      ]).toEqual([30, 30]);
      expect(await calls()).toEqual(made);
    });

    it('refuses a table of another size and leaves it as it is', async () => {
      await ensureTable(empty.database, options(30));
      const made = await calls();
      await expect(ensureTable(empty.database, options(31))).rejects.toThrow(
        'ai_metrics has 30 calls, not 31, and was left as it is: name another database in DATABASE_URL, or leave out ' +
          '--rows to measure what is there, or drop the table, which was made by this tool.'
      );
      await empty.run("alter table ai_metrics comment = 'calls of the shop'");
      await expect(ensureTable(empty.database, options(31))).rejects.toThrow(
        /or leave out --rows to measure what is there\.$/
      );
      expect(await calls()).toEqual(made);
    });

    it('finishes what was interrupted, and only that', async () => {
      await ensureTable(empty.database, options(300));
      const whole = await calls();
      await empty.run(
        'drop index ai_metrics_monitor_id on ai_metrics',
        'delete from ai_metrics where id > 120',
        'alter table ai_metrics auto_increment = 121',
        "alter table ai_metrics comment = 'npm run bench: loading 300 generated calls'"
      );
      for (const rows of [120, undefined]) {
        await expect(ensureTable(empty.database, options(rows))).rejects.toThrow(
          'The making of ai_metrics was interrupted: npm run bench -- --rows 300 finishes it, or drop the table.'
        );
      }
      expect(await ensureTable(empty.database, options(300))).toBe(300);
      expect(await calls()).toEqual(whole);
      expect(told.at(-1)).toBe(300);
    });

    it('has nothing to measure without a table, or in an empty one', async () => {
      await expect(ensureTable(empty.database, options(undefined))).rejects.toThrow('There is no table ai_metrics');
      await ensureTable(empty.database, options(1));
      await empty.run('delete from ai_metrics');
      await expect(ensureTable(empty.database, options(undefined))).rejects.toThrow('ai_metrics has 0 calls');
    });

    it('makes nothing that direct SQL could not measure', async () => {
      const inBerlin = { ...options(10), metricsTimezone: 'Europe/Berlin' };
      await expect(ensureTable(empty.database, inBerlin)).rejects.toThrow('the clocks of Europe/Berlin change');
      await expect(ensureTable(empty.database, options(undefined))).rejects.toThrow('There is no table ai_metrics');
    });
  },
  ['mysql', 'mariadb']
);
