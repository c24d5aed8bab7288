import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { readMetricsSource } from '../../src/database/metrics-source.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { ApiError } from '../../src/errors.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

let empty: EmptyDatabase<MetricsTables>;

async function failure(): Promise<{ code: string; message: string; cause: string }> {
  const error: unknown = await readMetricsSource(empty.database, 'UTC').catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError) || !(error.cause instanceof Error)) {
    throw new Error('not an ApiError with a cause', { cause: error });
  }
  return { code: error.code, message: error.message, cause: error.cause.message };
}

describeOnEngines('readMetricsSource', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('reads the reference table', async () => {
    await createMetricsTables(empty.database.kysely, engine);
    const source = await readMetricsSource(empty.database, 'Asia/Shanghai');
    expect(source).toMatchObject({
      dialect: { engine },
      startTimeZone: 'Asia/Shanghai',
      columns: {
        monitor_id: { kind: 'text', nullable: true },
        start_time: { kind: 'time', type: 'datetime', zone: 'Asia/Shanghai', fractionDigits: 3, nullable: false },
        end_time: { kind: 'time', type: 'datetime', zone: 'Asia/Shanghai', fractionDigits: 3, nullable: true },
        total_time: { kind: 'integer', min: 0n, max: 4_294_967_295n, nullable: true },
        cost: { kind: 'decimal', scale: 8, unsigned: false, nullable: true },
        total_tokens: { kind: 'integer', min: 0n, max: 4_294_967_295n, nullable: true },
      },
      rowsEstimate: 0,
      tableType: 'BASE TABLE',
    });
    expect(Object.keys(source.columns)).toHaveLength(11);
    expect(source.indexes).toEqual(
      expect.arrayContaining([
        { name: 'ai_metrics_start_time', columns: ['start_time', 'provider', 'model_name'] },
        { name: 'ai_metrics_monitor_id', columns: ['monitor_id', 'start_time'] },
      ])
    );
  });

  it('says for the log, and not for callers, that there is no table', async () => {
    expect(await failure()).toEqual({
      code: 'unavailable',
      message: 'The table of calls is missing or not as expected',
      cause: 'there is no table ai_metrics that this account may read (npm run schema prints its DDL)',
    });
  });

  it('says which columns are missing', async () => {
    await createMetricsTables(empty.database.kysely, engine);
    await empty.run(
      'alter table ai_metrics drop column cost',
      'alter table ai_metrics rename column total_tokens to tokens'
    );
    expect(await failure()).toMatchObject({
      cause:
        'ai_metrics has no column cost that this account may read; ' +
        'ai_metrics has no column total_tokens that this account may read',
    });
  });
});

describeOnEngines(
  'readMetricsSource with other types',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('reads other widths, and TIMESTAMP in UTC', async () => {
      await empty.run(`create table ai_metrics (
        ID int primary key, Monitor_Id bigint, provider char(10) character set latin1 collate latin1_bin,
        model_name text character set utf8mb4, start_time timestamp(0) not null default current_timestamp,
        end_time datetime(6), total_time bigint, cost double, total_tokens mediumint unsigned,
        prompt_tokens decimal(12, 0), completion_tokens float) engine = MyISAM`);
      const { startTimeZone, columns, storageEngine, indexes } = await readMetricsSource(
        empty.database,
        'Asia/Shanghai'
      );
      expect({ startTimeZone, columns, storageEngine, indexes }).toMatchObject({
        startTimeZone: 'UTC',
        storageEngine: 'MyISAM',
        indexes: [{ name: 'PRIMARY', columns: ['id'] }],
        columns: {
          id: { kind: 'integer', min: -2_147_483_648n, max: 2_147_483_647n, nullable: false },
          monitor_id: { kind: 'integer', max: 9_223_372_036_854_775_807n },
          provider: { kind: 'text', maxCharacters: 10, maxBytes: 10, characterSet: 'latin1', collation: 'latin1_bin' },
          model_name: { kind: 'text', declared: 'TEXT', maxBytes: 65_535, characterSet: 'utf8mb4' },
          start_time: { kind: 'time', type: 'timestamp', zone: 'UTC', fractionDigits: 0 },
          end_time: { kind: 'time', type: 'datetime', zone: 'Asia/Shanghai', fractionDigits: 6 },
          cost: { kind: 'float', declared: 'DOUBLE', size: 'double', unsigned: false },
          total_tokens: { kind: 'integer', min: 0n, max: 16_777_215n },
          prompt_tokens: { kind: 'decimal', precision: 12, scale: 0 },
          completion_tokens: { kind: 'float', size: 'float' },
        },
      });
    });

    it('names columns whose type makes no sense', async () => {
      await createMetricsTables(empty.database.kysely, engine);
      await empty.run(
        'alter table ai_metrics modify start_time varchar(30) not null',
        'alter table ai_metrics modify total_time time'
      );
      expect(await failure()).toMatchObject({
        cause:
          'ai_metrics.start_time is VARCHAR(30) and has to be time; ' +
          'ai_metrics.total_time is TIME and has to be integer or decimal or float',
      });
    });

    it('leaves out indexes that the server does not use', async () => {
      await createMetricsTables(empty.database.kysely, engine);
      const hide = engine === 'mysql' ? 'invisible' : 'ignored';
      await empty.run(
        `alter table ai_metrics alter index ai_metrics_monitor_id ${hide}`,
        'create index prefixed on ai_metrics (provider(3), start_time)'
      );
      const { indexes } = await readMetricsSource(empty.database, 'UTC');
      expect(indexes.map(({ name, columns }) => [name, columns])).toEqual([
        ['ai_metrics_start_time', ['start_time', 'provider', 'model_name']],
        ['prefixed', []],
        ['PRIMARY', ['id']],
      ]);
    });

    it('reads a view', async () => {
      await createMetricsTables(empty.database.kysely, engine);
      await empty.run('rename table ai_metrics to calls', 'create view ai_metrics as select * from calls');
      expect(await readMetricsSource(empty.database, 'UTC')).toMatchObject({
        tableType: 'VIEW',
        storageEngine: null,
        rowsEstimate: 0,
        indexes: [],
      });
    });
  },
  ['mysql', 'mariadb']
);

describe('readMetricsSource', () => {
  it('is unavailable where no server answers', async () => {
    const database = openDatabase<MetricsTables>('mysql://u:p@127.0.0.1:1/app', {
      poolSize: 1,
      statementTimeoutSeconds: 1,
    });
    await expect(readMetricsSource(database, 'UTC')).rejects.toMatchObject({ code: 'unavailable' });
    await database.close();
  });
});
