import { createConnection } from 'mysql2/promise';
import { migrateState } from '../../../src/database/migrate.ts';
import { readMetricsSource } from '../../../src/database/metrics-source.ts';
import { openDatabase } from '../../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../../src/database/tables.ts';
import { freshDatabase } from '../../servers/fresh-database.ts';
import type { ServerEngine } from '../../servers/server-engine.ts';
import { ask } from './ask.ts';
import type { History } from './history.ts';
import type { Stage } from './play-history.ts';
import { openRollups } from './rollups-under-test.ts';
import { type Shape, tableDdl } from './shapes.ts';
import { openTable } from './table.ts';

/** A database for histories of one shape, which are played one after the other. */
export interface OpenStage {
  prepare: (history: History) => Promise<Stage>;
  close: () => Promise<void>;
}

export const lagSeconds = 10;

export async function openStage(engine: ServerEngine, serverUrl: string, shape: Shape): Promise<OpenStage> {
  const metricsPlace = await freshDatabase(engine, serverUrl);
  const statePlace = shape.stateApart ? await freshDatabase(engine, serverUrl) : metricsPlace;
  const urls = { metrics: metricsPlace.url, state: statePlace.url };
  await execute(urls.metrics, tableDdl(shape));
  const options = { poolSize: 1, statementTimeoutSeconds: 20 };
  const metrics = openDatabase<MetricsTables>(urls.metrics, options);
  const state = openDatabase<StateTables>(urls.state, options);
  await migrateState(state);
  const source = await readMetricsSource(metrics, shape.metricsTimezone);
  const table = await openTable(urls.metrics, shape, lagSeconds);
  const opened = await openRollups({ shape, lagSeconds, urls, metrics, state, source });
  return {
    prepare: async (history) => {
      const rollups = await opened.prepare(history);
      const { place } = history;
      await table.reset(place, rollups.seconds);
      return {
        shape,
        table,
        rollups,
        answerFromRows: (question) => ask({ database: metrics, source, rollups: null }, question, place),
      };
    },
    close: async () => {
      await Promise.all([table.close(), opened.close(), metrics.close(), state.close()]);
      await Promise.all([metricsPlace.drop(), statePlace.drop()]);
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
