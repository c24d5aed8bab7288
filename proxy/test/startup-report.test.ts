import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../src/config.ts';
import { createMetricsTables } from '../src/database/metrics-schema.ts';
import { migrateState } from '../src/database/migrate.ts';
import { type Database, openDatabase } from '../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../src/database/tables.ts';
import { type ReportLine, startupReport } from '../src/startup-report.ts';
import { describeOnEngines } from './servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from './support/empty-database.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const viewers: ReportLine = {
  level: 'warn',
  text: 'Viewers are not checked: everybody in Grafana who may use the data source sees everything',
};

const signInSettings = { GRAFANA_ROOT_URL: 'https://host/grafana/', OIDC_CLIENT_SECRET: 'x'.repeat(32) };
const lockOut =
  'Passwords are hashed anew with argon2id: other applications that check SHA-256 lock out whoever signs in here';

let empty: EmptyDatabase<MetricsTables>;

function stateIn(database: Database<MetricsTables>): Database<StateTables> {
  return database as unknown as Database<StateTables>;
}

async function report(METRICS_TIMEZONE = 'UTC', settings: Record<string, string> = {}): Promise<ReportLine[]> {
  const config = { ...settingsSchema.parse({ METRICS_TIMEZONE, ...settings }), VIEWER_CHECK: 'off' as const };
  return startupReport(empty.database, stateIn(empty.database), config, now);
}

/** What is wrong, without what always is said in these tests. */
async function complaints(METRICS_TIMEZONE?: string, settings?: Record<string, string>): Promise<ReportLine[]> {
  const lines = await report(METRICS_TIMEZONE, settings);
  return lines.filter(({ level, text }) => level !== 'info' && text !== viewers.text && !text.startsWith('SQLite is'));
}

describeOnEngines('startupReport', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('says what it found', async () => {
    await createMetricsTables(empty.database.kysely, engine);
    await migrateState(stateIn(empty.database));
    const server = { sqlite: /^SQLite 3\./, mysql: /^MySQL \d+\.\d/, mariadb: /^MariaDB \d+\.\d/ }[engine];
    const types =
      engine === 'sqlite'
        ? 'id INTEGER, monitor_id TEXT, provider TEXT, model_name TEXT, start_time TEXT, end_time TEXT, ' +
          'total_time INTEGER, cost REAL, total_tokens INTEGER, prompt_tokens INTEGER, completion_tokens INTEGER'
        : /^id BIGINT.* UNSIGNED, monitor_id VARCHAR\(64\), .* start_time DATETIME\(3\), .* cost DECIMAL\(18,8\), /;
    const [metrics, calls, ...others] = (await report()).map(({ level, text }) => [level, text]);
    expect(metrics).toEqual(['info', expect.stringContaining('Metrics database: ')]);
    expect(metrics?.[1]?.replace('Metrics database: ', '')).toMatch(server);
    expect(calls).toEqual(['info', expect.stringContaining('Table ai_metrics: about 0 rows; ')]);
    expect(calls?.[1]?.replace('Table ai_metrics: about 0 rows; ', '')).toMatch(types);
    expect(others).toEqual([
      ...(engine === 'sqlite'
        ? [['warn', 'SQLite is for the demo only: no limit on how long the database works on a statement']]
        : [['info', 'Rollups are on: of calls that are 5 s old, compared with their rows at least every 24 h']]),
      ['info', 'Table users: as expected'],
      ['info', expect.stringMatching(/^State database: (SQLite|MySQL|MariaDB) \d/)],
      ['warn', viewers.text],
    ]);
  });

  it('names what is missing in an empty database, and what makes it', async () => {
    expect(await complaints()).toEqual([
      {
        level: 'error',
        text: 'Table ai_metrics: there is no table ai_metrics that this account may read (npm run schema prints its DDL)',
      },
      { level: 'error', text: 'There is no table users that this account may read (npm run schema prints its DDL)' },
      {
        level: 'error',
        text: 'The tables of this proxy (aitoys_…) are missing or of an older version: run npm run migrate',
      },
    ]);
  });

  it('gives statements for missing indexes that put it right', async () => {
    await createMetricsTables(empty.database.kysely, engine);
    await migrateState(stateIn(empty.database));
    const onTable = engine === 'sqlite' ? '' : ' on ai_metrics';
    await empty.run(
      `drop index ai_metrics_start_time${onTable}`,
      `drop index ai_metrics_monitor_id${onTable}`,
      `drop index users_login_name${engine === 'sqlite' ? '' : ' on users'}`,
      'create index ai_metrics_start_time on ai_metrics (start_time)'
    );
    const online = engine === 'sqlite' ? '' : ' ALGORITHM=INPLACE LOCK=NONE';
    const found = await complaints();
    expect(found).toEqual([
      {
        level: 'warn',
        text: 'ai_metrics has no index on (start_time, provider, model_name): every question reads more of the table than it needs',
        ddl: `CREATE INDEX ai_metrics_start_time_2 ON ai_metrics (start_time, provider, model_name)${online}`,
      },
      {
        level: 'warn',
        text: 'ai_metrics has no index on (monitor_id, start_time): questions about one monitor read all calls of their time',
        ddl: `CREATE INDEX ai_metrics_monitor_id ON ai_metrics (monitor_id, start_time)${online}`,
      },
      {
        level: 'warn',
        text: 'users has no index on (login_name): every sign-in reads all users',
        ddl: 'CREATE INDEX users_login_name ON users (login_name)',
      },
    ]);
    await empty.run(...found.map(({ ddl }) => ddl ?? ''));
    expect(await complaints()).toEqual([]);
  });

  it('says what hashing passwords anew does to other applications', async () => {
    await createMetricsTables(empty.database.kysely, engine);
    await migrateState(stateIn(empty.database));
    expect(await complaints('UTC', { PASSWORD_REHASH: 'argon2id' })).toEqual([{ level: 'warn', text: lockOut }]);
  });

  it('warns of a zone with daylight saving, and not of one without', async () => {
    await createMetricsTables(empty.database.kysely, engine);
    await migrateState(stateIn(empty.database));
    expect(await complaints('Asia/Shanghai')).toEqual([]);
    expect(await complaints('Europe/Berlin')).toEqual([
      {
        level: 'warn',
        text: 'METRICS_TIMEZONE Europe/Berlin has daylight saving: of the hour that occurs twice, all calls are read as its first occurrence',
      },
    ]);
  });
});

describeOnEngines(
  'startupReport with other tables',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
      await createMetricsTables(empty.database.kysely, engine);
      await migrateState(stateIn(empty.database));
    });
    afterEach(async () => {
      await empty.close();
    });

    it('says what is peculiar about columns', async () => {
      await empty.run(
        'alter table ai_metrics modify start_time timestamp(0) not null default current_timestamp, modify cost float',
        'alter table users modify password_hash char(40)',
        'alter table users drop column status'
      );
      expect(await complaints('Europe/Berlin')).toEqual([
        {
          level: 'warn',
          text: 'METRICS_TIMEZONE Europe/Berlin has daylight saving: of the hour that occurs twice, all calls are read as its first occurrence',
        },
        {
          level: 'warn',
          text: 'start_time is read in UTC and end_time in Europe/Berlin: duration_mismatch_requests compares them as they are',
        },
        { level: 'warn', text: 'cost is FLOAT, not DECIMAL: each cost is only kept to about 7 digits' },
        { level: 'error', text: 'users has no column status that this account may read' },
        { level: 'error', text: 'users.password_hash is CHAR(40): a SHA-256 in hex has 64 characters' },
      ]);
      expect((await report()).map(({ text }) => text)).toContain('start_time has 0 digits after the second');
    });

    it('says that argon2id hashes do not fit (I118)', async () => {
      await empty.run('alter table users modify password_hash char(64)');
      expect(await complaints('UTC', { PASSWORD_REHASH: 'argon2id' })).toEqual([
        { level: 'warn', text: lockOut },
        {
          level: 'warn',
          text: 'No password is hashed anew: users.password_hash is CHAR(64): an argon2id hash has 97 characters',
        },
      ]);
      expect(await complaints()).toEqual([]);
    });

    it.each([
      [
        'ids without an index',
        ['alter table ai_metrics modify id bigint unsigned not null, drop primary key'],
        'InnoDB',
      ],
      ['names that are taken', ['create index ai_metrics_id on ai_metrics (cost)'], 'InnoDB'],
      [
        'prefixes of columns',
        ['create index AI_METRICS_MONITOR_ID on ai_metrics (monitor_id(10), start_time)'],
        'InnoDB',
      ],
      [
        'text that is too wide',
        ['alter table ai_metrics modify model_name varchar(300) character set utf8mb4'],
        'InnoDB',
      ],
      ['text without a length', ['alter table ai_metrics modify provider text, modify monitor_id text'], 'InnoDB'],
      [
        'wide text in few bytes',
        ['alter table ai_metrics modify model_name varchar(900) character set latin1'],
        'InnoDB',
      ],
      ['times of another type', ['alter table ai_metrics modify start_time timestamp not null'], 'InnoDB'],
      ['another storage engine', ['alter table ai_metrics engine = MyISAM'], 'MyISAM'],
    ])('gives statements that run as they are, with %s', async (_what, changes, storageEngine) => {
      await empty.run(
        'drop index ai_metrics_start_time on ai_metrics',
        'drop index ai_metrics_monitor_id on ai_metrics',
        ...changes
      );
      const statements = (await complaints()).flatMap(({ ddl }) => ddl ?? []);
      expect(statements.length).toBeGreaterThan(0);
      expect(statements.every((ddl) => ddl.endsWith(' ALGORITHM=INPLACE LOCK=NONE'))).toBe(storageEngine === 'InnoDB');
      await empty.run(...statements);
      expect((await complaints()).filter(({ ddl }) => ddl !== undefined)).toEqual([]);
    });

    it('says that without an index on ids there are no rollups', async () => {
      await empty.run('alter table ai_metrics modify id bigint unsigned not null, drop primary key');
      expect(await complaints()).toContainEqual({
        level: 'warn',
        text: 'ai_metrics has no index on (id): rollups are built by ranges of ids, so there can be none, and long ranges are read call by call',
        ddl: 'CREATE INDEX ai_metrics_id ON ai_metrics (id) ALGORITHM=INPLACE LOCK=NONE',
      });
    });

    it('gives types that list values as they are', async () => {
      await empty.run("alter table ai_metrics modify provider enum('openai','Meta Llama')");
      const lines = (await report()).map(({ text }) => text);
      expect(lines.find((line) => line.startsWith('Table ai_metrics: '))).toMatch(
        / VARCHAR\(64\), provider enum\('openai','Meta Llama'\), model_name VARCHAR/
      );
      await empty.run("alter table ai_metrics modify cost set('a','B')");
      expect(await complaints()).toContainEqual({
        level: 'error',
        text: "Table ai_metrics: ai_metrics.cost is set('a','B') and has to be integer or decimal or float",
      });
    });

    it('says why rollups are off, and what they are kept by', async () => {
      expect(await complaints('UTC', { METRICS_ID_ORDER: 'none' })).toEqual([
        { level: 'warn', text: 'Rollups are off: METRICS_ID_ORDER is none; every question reads rows' },
      ]);
      const lines = (await report('UTC', { ROLLUP_FREEZE_AFTER_DAYS: '90' })).map(({ text }) => text);
      expect(lines).toContain(
        'Rollups are on: of calls that are 5 s old, compared with their rows at least every 24 h, and kept as they are ' +
          'when calls are 90 days old'
      );
      await empty.run('alter table ai_metrics modify id varchar(20)');
      expect(await complaints()).toEqual([
        {
          level: 'warn',
          text: 'Rollups are off: ai_metrics.id is VARCHAR(20), not a whole number; every question reads rows',
        },
      ]);
    });

    it('says that a view and another storage engine were not checked', async () => {
      await empty.run('alter table ai_metrics engine = MyISAM');
      expect(await complaints()).toEqual([
        { level: 'warn', text: 'ai_metrics is a MyISAM table: only InnoDB was measured and tested' },
      ]);
      await empty.run('rename table ai_metrics to calls', 'create view ai_metrics as select * from calls');
      expect(await complaints()).toEqual([
        {
          level: 'warn',
          text: 'ai_metrics is a view: whether its tables have the right indexes was not checked',
        },
        { level: 'warn', text: 'Rollups are off: ai_metrics is a view; every question reads rows' },
      ]);
    });
  },
  ['mysql', 'mariadb']
);

describe('startupReport', () => {
  it.each([
    [{ VIEWER_CHECK: 'off' }, 'warn', viewers.text],
    [{}, 'warn', 'Viewers in Grafana are all refused: GRAFANA_ROOT_URL is not set'],
    [
      { GRAFANA_ROOT_URL: 'https://host/grafana/' },
      'warn',
      'Viewers in Grafana are all refused: OIDC_CLIENT_SECRET is not set',
    ],
    [
      { ...signInSettings, PUBLIC_URL: 'http://host' },
      'warn',
      'PUBLIC_URL is an http:// address: passwords are sent in clear text',
    ],
    [
      { ...signInSettings, PUBLIC_URL: 'http://localhost:5000' },
      'info',
      'Viewers are those who sign in to Grafana through http://localhost:5000/oidc',
    ],
    [
      { ...signInSettings, PUBLIC_URL: 'https://host' },
      'info',
      'Viewers are those who sign in to Grafana through https://host/oidc',
    ],
  ] as const)('says who viewers are with %j', async (settings, level, text) => {
    const away = openDatabase<MetricsTables>('mysql://u:secret@127.0.0.1:1/app', {
      poolSize: 1,
      statementTimeoutSeconds: 1,
    });
    const config = { ...settingsSchema.parse({}), VIEWER_CHECK: 'required' as const, ...settings };
    const lines = await startupReport(away, stateIn(away), config, now);
    await away.close();
    expect(lines.at(-1)).toEqual({ level, text });
  });

  it('reports a database that is away', async () => {
    const away = openDatabase<MetricsTables>('mysql://u:secret@127.0.0.1:1/app', {
      poolSize: 1,
      statementTimeoutSeconds: 1,
    });
    const lines = await startupReport(away, stateIn(away), { ...settingsSchema.parse({}), VIEWER_CHECK: 'off' }, now);
    await away.close();
    expect(lines).toEqual([
      { level: 'error', text: 'Metrics database: connect ECONNREFUSED 127.0.0.1:1' },
      { level: 'error', text: 'Table ai_metrics: connect ECONNREFUSED 127.0.0.1:1' },
      { level: 'error', text: 'Table users: connect ECONNREFUSED 127.0.0.1:1' },
      { level: 'error', text: 'State database: connect ECONNREFUSED 127.0.0.1:1' },
      viewers,
    ]);
  });
});
