import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ImportOptions, importCalls } from '../../../src/cli/import/import-calls.ts';
import { createMetricsTables } from '../../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../../src/database/tables.ts';
import { describeOnEngines } from '../../servers/describe-on-engines.ts';
import { csvFile } from '../../support/csv-file.ts';
import { type EmptyDatabase, emptyDatabase } from '../../support/empty-database.ts';

const header =
  'monitor_id,provider,model_name,start_time,end_time,total_time,cost,total_tokens,prompt_tokens,completion_tokens';
const options: ImportOptions = {
  metricsTimezone: 'UTC',
  append: false,
  onChecked: () => undefined,
  onProgress: () => undefined,
};

let empty: EmptyDatabase<MetricsTables>;

async function load(content: string, others: Partial<ImportOptions> = {}) {
  return importCalls(empty.database, csvFile(content), { ...options, ...others });
}

async function refusal(content: string): Promise<string> {
  return load(content).then(
    () => 'was loaded',
    (error: unknown) => (error instanceof Error ? error.message : String(error))
  );
}

/** What the table holds. Drivers differ in which numbers they return as text. */
async function rows(): Promise<Record<string, unknown>[]> {
  const found = await empty.database.kysely.selectFrom('ai_metrics').selectAll().orderBy('id').execute();
  return found.map((row) => ({ ...row, id: Number(row.id), cost: row.cost === null ? null : Number(row.cost) }));
}

describeOnEngines('importCalls', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await createMetricsTables(empty.database.kysely, engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('refuses a file that was loaded before, unless it is told to', async () => {
    const file = `${header}\n,openai,gpt-5,2026-05-01 10:00:00.250,,1200,0.5,30,10,20\n,a,b,2026-05-01 11:00:00,,,,,,\n`;
    await load(file);
    expect(await refusal(file)).toMatch(
      /^The first call of the file is in ai_metrics already.*nothing was loaded.*--append/
    );
    expect(await rows()).toHaveLength(2);
    await load(file, { append: true });
    expect(await rows()).toHaveLength(4);
  });

  it('takes another call of the same model at the same time for another file', async () => {
    await load(`${header}\n,openai,gpt-5,2026-05-01 10:00:00,,1200,0.5,30,10,20\n`);
    await load(`${header}\n,openai,gpt-5,2026-05-01 10:00:00,,1300,0.5,30,10,20\n`);
    expect(await rows()).toHaveLength(2);
  });

  it('loads values as they are, and empty ones as NULL', async () => {
    const imported = await load(
      [
        header,
        'm-1,openai,"gpt, ""4""",2026-01-31 13:45:00.250,2026-01-31T13:45:02Z,1750,0.00123456,110,100,10',
        ',,gpt-4 ,2026-01-31 13:45:00,,,,,,',
        'm-1,openai,GPT-4🙂,2026-01-30 00:00:00,,0,0,4294967295,0,0',
        '',
      ].join('\n')
    );
    expect(imported).toEqual({
      calls: 3,
      firstStart: '2026-01-30 00:00:00',
      lastStart: '2026-01-31 13:45:00.250',
      models: [
        { provider: 'openai', model_name: 'gpt, "4"', calls: 1 },
        { provider: null, model_name: 'gpt-4 ', calls: 1 },
        { provider: 'openai', model_name: 'GPT-4🙂', calls: 1 },
      ],
    });
    expect(await rows()).toEqual([
      {
        id: 1,
        monitor_id: 'm-1',
        provider: 'openai',
        model_name: 'gpt, "4"',
        start_time: '2026-01-31 13:45:00.250',
        end_time: '2026-01-31 13:45:02.000',
        total_time: 1750,
        cost: 0.00123456,
        total_tokens: 110,
        prompt_tokens: 100,
        completion_tokens: 10,
      },
      {
        id: 2,
        monitor_id: null,
        provider: null,
        model_name: 'gpt-4 ',
        start_time: engine === 'sqlite' ? '2026-01-31 13:45:00' : '2026-01-31 13:45:00.000',
        end_time: null,
        total_time: null,
        cost: null,
        total_tokens: null,
        prompt_tokens: null,
        completion_tokens: null,
      },
      expect.objectContaining({ id: 3, model_name: 'GPT-4🙂', total_tokens: 4_294_967_295, total_time: 0, cost: 0 }),
    ]);
  });

  it('takes columns in any order, and ids', async () => {
    await load(
      'cost,id,model_name,provider,monitor_id,end_time,total_time,total_tokens,prompt_tokens,completion_tokens,start_time\n' +
        '1.5,77,m,p,x,,5,,,,2026-01-31 00:00:00\n' +
        ',,m,p,x,,,,,,2026-01-31 00:00:01\n'
    );
    expect((await rows()).map(({ id, cost, total_time }) => [id, cost, total_time])).toEqual([
      [77, 1.5, 5],
      [78, null, null],
    ]);
  });

  it('says by line and column all that is wrong, and loads nothing', async () => {
    const message = await refusal(
      [
        header,
        '"m\n1",openai,gpt,2026-02-30 00:00:00,,1.5,0.123456789,-1,4294967296,x',
        'm,openai,gpt,2026-01-31 00:00:00,,1,1,1,1,1',
        '',
        'm,openai,gpt,,,1,1,1,1,1',
        'm,openai,gpt,2026-01-31 00:00:00,,1,1,1,1',
        'm,open"ai,gpt,2026-01-31 00:00:00,,1,1,1,1,1',
        '',
      ].join('\r\n')
    );
    expect(message.split('\n')).toEqual([
      'The file has 9 problems; nothing was loaded:',
      'line 2, start_time: "2026-02-30 00:00:00" does not exist in the calendar',
      'line 2, total_time: "1.5" is not a whole number',
      'line 2, cost: "0.123456789" has more than 8 digits after the point',
      'line 2, total_tokens: -1 is not from 0 to 4294967295',
      'line 2, prompt_tokens: 4294967296 is not from 0 to 4294967295',
      'line 2, completion_tokens: "x" is not a whole number',
      'line 6, start_time: is missing',
      'line 7: has 9 values; the header has 10',
      'line 8: a value with a quote inside has to be quoted as a whole; the rest was not read',
    ]);
    expect(await rows()).toEqual([]);
  });

  it('shows the first 20 problems of many', async () => {
    const lines = (await refusal(`${header}\n${'m,p,m,x,,,,,,\n'.repeat(1000)}`)).split('\n');
    expect(lines).toHaveLength(22);
    expect(lines[0]).toBe('The file has 1000 problems; nothing was loaded:');
    expect(lines[20]).toMatch(/^line 21, start_time: "x" is not a time/);
    expect(lines[21]).toBe('… and 980 more');
  });

  it.each([
    ['', 'line 1: the file is empty'],
    [`${header}\n`, 'line 1: the file has no lines below its header'],
    [`${header},user\n`, 'line 1: the header names the column "user", which ai_metrics has not'],
    [`${header},cost\n`, 'line 1: the header names the column "cost" more than once'],
    [
      `${header.replace('start_time', 'Start_Time').replace(',cost', '')}\n`,
      'line 1: the header names the column "Start_Time", which ai_metrics has not\nline 1: the header has no start_time, cost',
    ],
  ])('refuses the header %j', async (content, problems) => {
    expect(await refusal(content)).toBe(
      `The file has ${problems.includes('\n') ? '2 problems' : '1 problem'}; nothing was loaded:\n${problems}`
    );
  });

  it('loads nothing when the database refuses a line at the end of many', async () => {
    const line = (id: number) => `${String(id)},m,p,m,2026-01-31 00:00:00,,,,,,\n`;
    const ids = Array.from({ length: 12_000 }, (_, position) => line(position + 1));
    const message = await refusal(`id,${header}\n${ids.join('')}${line(7)}`);
    expect(message).toMatch(/^The database refused the file, and nothing was loaded: .*(Duplicate|UNIQUE)/);
    expect(await rows()).toEqual([]);
  });

  it('tells when the file was checked, and how many calls are loaded', async () => {
    const told: string[] = [];
    await load(`${header}\n${'m,p,m,2026-01-31 00:00:00,,,,,,\n'.repeat(12_000)}`, {
      onChecked: (calls) => told.push(`checked ${String(calls)}`),
      onProgress: (calls) => told.push(String(calls)),
    });
    const steps = engine === 'sqlite' ? ['2500', '5000', '7500', '10000', '12000'] : ['5000', '10000', '12000'];
    expect([...new Set(told)]).toEqual(['checked 12000', '0', ...steps]);
  });
});

describeOnEngines(
  'importCalls into other tables',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
      await createMetricsTables(empty.database.kysely, engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('keeps DECIMAL costs to the last digit', async () => {
      await load(`${header}\nm,p,m,2026-01-31 00:00:00,,,9999999999.99999999,,,\n`);
      const [row] = await empty.database.kysely.selectFrom('ai_metrics').select('cost').execute();
      expect(row).toEqual({ cost: '9999999999.99999999' });
    });

    it('keeps whole numbers to the last digit', async () => {
      await empty.run(
        `alter table ai_metrics modify total_time bigint, modify total_tokens bigint unsigned,
          modify prompt_tokens decimal(30,0), modify completion_tokens bigint unsigned`
      );
      await load(
        `${header}\nm,p,m,2026-01-31 00:00:00,,9223372036854775807,,9007199254740993,123456789012345678901234567890,18446744073709551615\n`
      );
      const [row] = await empty.database.kysely
        .selectFrom('ai_metrics')
        .select(['total_time', 'total_tokens', 'prompt_tokens', 'completion_tokens'])
        .execute();
      expect(row).toEqual({
        total_time: '9223372036854775807',
        total_tokens: '9007199254740993',
        prompt_tokens: '123456789012345678901234567890',
        completion_tokens: '18446744073709551615',
      });
    });

    it('minds the widths and types of the real columns', async () => {
      await empty.run(
        `alter table ai_metrics modify monitor_id varchar(3) character set utf8mb3, modify provider varchar(3) not null,
          modify cost decimal(6,2), modify total_time smallint`
      );
      expect(
        await refusal(`${header}\nabcd,,m,2026-01-31 00:00:00,,32768,0.001,,,\n🙂,p,m,2026-01-31 00:00:00,,,10000,,,\n`)
      ).toBe(
        [
          'The file has 6 problems; nothing was loaded:',
          'line 2, monitor_id: "abcd" has 4 characters; VARCHAR(3) keeps 3',
          'line 2, provider: is missing',
          'line 2, total_time: 32768 is not from 0 to 32767',
          'line 2, cost: "0.001" has more than 2 digits after the point',
          'line 3, monitor_id: "🙂" has a character of 4 bytes, which a column in utf8mb3 does not keep',
          'line 3, cost: "10000" is too large for DECIMAL(6,2)',
        ].join('\n')
      );
    });

    it('writes times as the columns keep them: without fractions, in the zone of DATETIME, in UTC for TIMESTAMP', async () => {
      await empty.run(
        'alter table ai_metrics modify start_time datetime(0) not null, modify end_time timestamp(3) null default null'
      );
      const line = 'm,p,m,2026-01-31T18:00:00.999Z,2026-01-31T18:00:01.999Z,,,,,';
      await load(`${header}\n${line}\n`, { metricsTimezone: 'Asia/Shanghai' });
      const [row] = await empty.database.kysely.selectFrom('ai_metrics').select(['start_time', 'end_time']).execute();
      expect(row).toEqual({ start_time: '2026-02-01 02:00:00', end_time: '2026-01-31 18:00:01.999' });
    });

    it('refuses a table without transactions', async () => {
      await empty.run('alter table ai_metrics engine = MyISAM');
      expect(await refusal(`${header}\nm,p,m,2026-01-31 00:00:00,,,,,,\n`)).toBe(
        'ai_metrics is a MyISAM table, which has no transactions: nothing was loaded'
      );
    });
  },
  ['mysql', 'mariadb']
);
