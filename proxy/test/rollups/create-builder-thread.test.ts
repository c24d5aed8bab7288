import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { migrateState } from '../../src/database/migrate.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { createLogger } from '../../src/logger.ts';
import type { RollupBuilder } from '../../src/rollups/builder.ts';
import { type BuilderThreadRules, createBuilderThread } from '../../src/rollups/create-builder-thread.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';
import { testConfig } from '../support/proxy-bench.ts';
import { readSamples } from '../support/samples.ts';

const enoughMemory = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 };
const rules: BuilderThreadRules = { limits: enoughMemory, firstPause: 20, longestPause: 60_000, stopWithin: 5000 };

interface Thread extends RollupBuilder {
  lines: Record<string, unknown>[];
  samples: () => Promise<Map<string, number>>;
}

function openThread(settings: Record<string, string>, threadRules = rules): Thread {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const telemetry = createTelemetry('1.2.3');
  const builder = createBuilderThread({ config: testConfig(settings), log, telemetry }, threadRules);
  return { ...builder, lines, samples: () => readSamples(telemetry) };
}

/** Resolves when the thread says so of itself. */
function becomes(thread: Thread, status: Partial<ReturnType<Thread['status']>>): Promise<void> {
  return vi.waitFor(
    () => {
      expect(thread.status()).toMatchObject(status);
    },
    { timeout: 20_000, interval: 10 }
  );
}

describe('createBuilderThread', () => {
  it.each([
    ['SQLite, which is for the demo only, has none', { DATABASE_URL: 'sqlite::memory:' }],
    ['METRICS_ID_ORDER is none', { DATABASE_URL: 'mysql://someone@nowhere.invalid/calls', METRICS_ID_ORDER: 'none' }],
  ])('starts no thread where %s', async (reason, settings) => {
    const thread = openThread(settings, { ...rules, limits: { maxOldGenerationSizeMb: 1 } });
    thread.start();
    expect(thread.status()).toEqual({ state: 'off', reason });
    await thread.stop();
    expect(thread.lines).toEqual([]);
  });
});

describeOnEngines(
  'createBuilderThread',
  (engine) => {
    let empty: EmptyDatabase<MetricsTables>;
    let thread: Thread | undefined;

    beforeEach(async () => {
      empty = await emptyDatabase(engine);
      await createMetricsTables(empty.database.kysely, engine);
      await migrateState(empty.database as never);
      const call = { start_time: '2026-05-01 12:00:00.000' };
      await empty.database.kysely.insertInto('ai_metrics').values([call, call, call]).execute();
    });
    afterEach(async () => {
      await thread?.stop();
      await empty.close();
    });

    const open = (threadRules?: BuilderThreadRules) => {
      thread = openThread({ DATABASE_URL: empty.url, ROLLUP_LAG_SECONDS: '1' }, threadRules);
      thread.start();
      return thread;
    };
    const endOfLease = async () => {
      const row = await empty.database.kysely
        .selectFrom('aitoys_leases' as never)
        .select('expires_at' as never)
        .executeTakeFirst();
      return Number((row as unknown as { expires_at: unknown }).expires_at);
    };

    it('builds rollups in a thread whose lines and counts arrive here, and gives the lease back at the end', async () => {
      const builder = open();
      await becomes(builder, { state: 'following', watermark: '3', calls: 3 });
      const samples = await builder.samples();
      expect([samples.get('aitoys_rollup_calls_total'), samples.get('aitoys_rollup_building')]).toEqual([3, 1]);
      expect(builder.lines).toEqual([
        {
          level: 30,
          time: expect.any(String) as string,
          event: 'rollups_lease_taken',
          holder: expect.stringMatching(/^[\w.-]+\/\d+\/[0-9a-f]{6}$/) as string,
          msg: 'This proxy builds the rollups from now on',
        },
      ]);
      expect(await endOfLease()).toBeGreaterThan(0);
      await builder.stop();
      expect(await endOfLease()).toBe(0);
      expect((await builder.samples()).get('aitoys_rollup_building')).toBe(0);
      expect(builder.lines).toHaveLength(1);
    });

    it('replaces a thread that has used up its memory', async () => {
      const limits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 12 };
      const builder = open({ ...rules, limits });
      await becomes(builder, { state: 'waiting', reason: 'The thread that builds them died: the log says why' });
      Object.assign(limits, enoughMemory);
      await becomes(builder, { state: 'following', watermark: '3' });
      expect(builder.lines[0]).toMatchObject({
        level: 50,
        event: 'rollups_thread_died',
        cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
        msg: 'Another one will build the rollups',
      });
      expect(builder.lines.at(-1)).toMatchObject({ event: 'rollups_lease_taken' });
    });
  },
  ['mysql', 'mariadb']
);
