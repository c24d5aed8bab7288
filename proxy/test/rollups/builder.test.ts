import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { settingsSchema } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../src/database/tables.ts';
import { migrateState } from '../../src/database/migrate.ts';
import { createLogger } from '../../src/logger.ts';
import { createRollupBuilder, type RollupBuilder } from '../../src/rollups/builder.ts';
import { FrozenHistoryError } from '../../src/rollups/frozen-history.ts';
import type { RollupDatabases } from '../../src/rollups/rollup-databases.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type BreakableLink, openLink } from '../support/breakable-link.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';
import { readSamples } from '../support/samples.ts';

const timing = { tryEvery: 20, renewEvery: 20, followEvery: 20 };

interface Proxy extends RollupBuilder {
  events: () => unknown[];
  samples: () => Promise<Map<string, number>>;
}

let empty: EmptyDatabase<MetricsTables>;
let ended: (() => Promise<void>)[];

function openProxy(url = empty.url, settings: Record<string, string> = {}): Proxy {
  const options = { poolSize: 1, statementTimeoutSeconds: 10 };
  const databases: RollupDatabases = {
    metrics: openDatabase<MetricsTables>(url, options),
    state: openDatabase<StateTables>(url, options),
  };
  const lines: { event?: string }[] = [];
  const log = createLogger('debug', { write: (line) => void lines.push(JSON.parse(line) as { event: string }) });
  const config = settingsSchema.parse({ ROLLUP_LAG_SECONDS: '1', ...settings });
  const telemetry = createTelemetry('1.2.3');
  const clock = () => Date.parse('2026-06-01T00:00:00Z');
  const builder = createRollupBuilder({ config, clock, log, telemetry, databases }, timing);
  ended.push(async () => {
    await builder.stop();
    await Promise.all([databases.metrics.close(), databases.state.close()]);
  });
  return { ...builder, events: () => lines.map(({ event }) => event), samples: () => readSamples(telemetry) };
}

/** Resolves when the proxy says so of itself. */
function becomes(proxy: Proxy, status: Partial<ReturnType<Proxy['status']>>): Promise<void> {
  return vi.waitFor(
    () => {
      expect(proxy.status()).toMatchObject(status);
    },
    { timeout: 8000, interval: 10 }
  );
}

async function insertCalls(count: number): Promise<void> {
  const values = Array.from({ length: count }, () => ({ start_time: '2026-05-01 12:00:00.000' }));
  await empty.database.kysely.insertInto('ai_metrics').values(values).execute();
}

describeOnEngines(
  'createRollupBuilder',
  (engine) => {
    beforeEach(async () => {
      ended = [];
      empty = await emptyDatabase(engine);
      await createMetricsTables(empty.database.kysely, engine);
    });
    afterEach(async () => {
      for (const end of ended) {
        await end();
      }
      await empty.close();
    });

    const migrate = () => migrateState(empty.database as never);

    it('waits for its tables, then follows calls', async () => {
      const proxy = openProxy();
      proxy.start();
      await becomes(proxy, {
        state: 'waiting',
        reason: "The proxy's own tables are missing or out of date: run npm run migrate",
      });
      expect(proxy.events()).toEqual([]);
      await insertCalls(3);
      await migrate();
      await becomes(proxy, { state: 'following', watermark: '3' });
      expect(proxy.status()).toEqual({
        state: 'following',
        watermark: '3',
        blocks: 1,
        calls: 3,
        calls_estimate: 3,
        percent: 100,
        calls_per_second: null,
        audited_at: expect.any(Number) as number,
      });
      expect(proxy.events()).toEqual(['rollups_lease_taken']);
      const samples = await proxy.samples();
      expect([samples.get('aitoys_rollup_calls_total'), samples.get('aitoys_rollup_building')]).toEqual([3, 1]);
    });

    it('lets one proxy build, and another one take over when that is stopped', async () => {
      await migrate();
      const first = openProxy();
      first.start();
      await becomes(first, { state: 'following' });
      const second = openProxy();
      second.start();
      await becomes(second, { state: 'waiting', reason: 'Another proxy builds them' });
      await first.stop();
      await becomes(second, { state: 'following' });
      expect((await first.samples()).get('aitoys_rollup_building')).toBe(0);
    });

    it('takes over when the one that built died', async () => {
      await migrate();
      await empty.run(
        `insert into aitoys_leases values ('rollups', 'died', 7, floor(unix_timestamp(now(3)) * 1000) + 400)`
      );
      const proxy = openProxy();
      proxy.start();
      await becomes(proxy, { state: 'waiting', reason: 'Another proxy builds them' });
      await becomes(proxy, { state: 'following' });
    });

    it('stops building when another proxy has the lease', async () => {
      await migrate();
      const proxy = openProxy();
      proxy.start();
      await becomes(proxy, { state: 'following' });
      await empty.run("update aitoys_leases set holder = 'other', token = token + 1, expires_at = expires_at + 60000");
      await becomes(proxy, { state: 'waiting', reason: 'Another proxy builds them' });
      expect(proxy.events()).toEqual(['rollups_lease_taken', 'rollups_lease_lost']);
    });

    it('says once that it fails, and goes on when it can', async () => {
      await migrate();
      const link: BreakableLink = await openLink(empty.url);
      ended.push(link.close);
      const proxy = openProxy(link.url);
      proxy.start();
      await becomes(proxy, { state: 'following' });
      link.cut();
      await becomes(proxy, { state: 'waiting', reason: 'They could not be built: the log says why' });
      link.restore();
      // It could not give the lease back.
      await becomes(proxy, { state: 'following' });
      expect(proxy.events().filter((event) => event !== 'rollups_lease_taken')).toEqual([
        'rollups_failed',
        'rollups_work_again',
      ]);
    });

    it('leaves rollups of another version alone that may hold what is nowhere else', async () => {
      await migrate();
      await insertCalls(3);
      const proxy = openProxy(empty.url, { ROLLUP_FREEZE_AFTER_DAYS: '30' });
      proxy.start();
      await becomes(proxy, { state: 'following', calls: 3 });
      await proxy.stop();
      const { kysely } = empty.database as unknown as Database<StateTables>;
      const states = () => kysely.selectFrom('aitoys_rollups').select(['format', 'watermark']).execute();
      await kysely.updateTable('aitoys_rollups').set({ format: 'older' }).execute();
      const before = await states();
      const newer = openProxy(empty.url, { ROLLUP_FREEZE_AFTER_DAYS: '30' });
      newer.start();
      await becomes(newer, { state: 'waiting', reason: new FrozenHistoryError().message });
      expect(await states()).toEqual(before);
      expect(newer.events()).toEqual(['rollups_lease_taken', 'rollups_failed']);
      await newer.stop();
      await kysely.updateTable('aitoys_rollups').set({ format: '' }).execute();
      const anew = openProxy(empty.url, { ROLLUP_FREEZE_AFTER_DAYS: '30' });
      anew.start();
      await becomes(anew, { state: 'following', calls: 3 });
    });

    it('compares blocks with their rows, and says which it built anew', async () => {
      await migrate();
      await insertCalls(3);
      const proxy = openProxy();
      proxy.start();
      await becomes(proxy, { state: 'following', watermark: '3' });
      await empty.run(
        'update ai_metrics set cost = 1 where id = 2',
        'update aitoys_rollup_blocks set audit_due_at = 0, built_at = built_at - 7200000'
      );
      await vi.waitFor(() => {
        expect(proxy.events()).toContain('rollups_rebuilt');
      });
      const samples = await proxy.samples();
      expect([
        samples.get('aitoys_rollup_audited_blocks_total'),
        samples.get('aitoys_rollup_rebuilt_blocks_total'),
      ]).toEqual([1, 1]);
    });

    it.each([
      ['METRICS_ID_ORDER is none', { METRICS_ID_ORDER: 'none' }, []],
      [
        'ai_metrics is a view',
        {},
        ['rename table ai_metrics to calls', 'create view ai_metrics as select * from calls'],
      ],
      ['ai_metrics.id is VARCHAR(20), not a whole number', {}, ['alter table ai_metrics modify id varchar(20)']],
      [
        'ai_metrics has no index on (id)',
        {},
        ['alter table ai_metrics modify id bigint not null', 'alter table ai_metrics drop primary key'],
      ],
      [
        'ai_metrics.id may be NULL',
        {},
        [
          'alter table ai_metrics modify id bigint not null',
          'alter table ai_metrics drop primary key, modify id bigint null, add index (id)',
        ],
      ],
    ])('is off where %s', async (reason, settings, statements) => {
      await migrate();
      await empty.run(...statements);
      const proxy = openProxy(empty.url, settings);
      proxy.start();
      await becomes(proxy, { state: 'off', reason });
    });
  },
  ['mysql', 'mariadb']
);
