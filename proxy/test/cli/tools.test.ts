import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../servers/fresh-database.ts';
import { csvFile } from '../support/csv-file.ts';
import { runScript } from '../support/run-script.ts';

const csv = csvFile(
  'monitor_id,provider,model_name,start_time,end_time,total_time,cost,total_tokens,prompt_tokens,completion_tokens\n' +
    'm,openai,gpt,2026-01-31 13:45:00,,,,,,\n'
);

let fresh: FreshDatabase;
let settings: Record<string, string>;

describe('npm run schema, migrate, users, import and demo-data', () => {
  beforeEach(async () => {
    fresh = await freshDatabase('sqlite');
    settings = { DATABASE_URL: fresh.url };
  });
  afterEach(async () => {
    await fresh.drop();
  });

  it('make a database that has all it needs', async () => {
    expect(await runScript('schema', ['--apply'], settings)).toEqual({
      code: 0,
      stdout: 'Created users and ai_metrics\n',
      stderr: '',
    });
    expect(await runScript('migrate', [], settings)).toEqual({
      code: 0,
      stdout:
        'The tables of the proxy (aitoys_…) are up to date: applied 0001-sessions, 0002-sign-in-attempts, 0003-rollups, 0004-oidc\n',
      stderr: '',
    });
    expect(await runScript('users', ['add', '--login', 'ann'], settings, 'correct horse\n')).toEqual({
      code: 0,
      stdout: 'Added the system user "ann" with id 1\n',
      stderr: '',
    });
    expect(await runScript('import', [csv], settings)).toEqual({
      code: 0,
      stdout: 'Loaded 1 calls, started from 2026-01-31 13:45:00 to 2026-01-31 13:45:00:\n  openai / gpt: 1\n',
      stderr: 'Checking the file …\n',
    });
    const demoData = ['--rows', '20', '--days', '2', '--until', '2026-11-24', '--append'];
    expect(await runScript('demo-data', demoData, settings)).toEqual({
      code: 0,
      stdout: 'Added 20 generated calls over the 2 days until 2026-11-24T00:00:00.000Z\n',
      stderr: '',
    });
  });

  it('say why they fail, and end with 1', async () => {
    const failures = await Promise.all([
      runScript('schema', ['--apply'], {}),
      runScript('migrate', [], { DATABASE_URL: 'postgres://host/app' }),
      runScript('users', ['add', '--login', 'ann'], settings, 'short'),
      runScript('import', [csv], settings),
      runScript('demo-data', ['--rows', '0', '--days', '2'], settings),
    ]);
    expect(failures).toEqual([
      {
        code: 1,
        stdout: '',
        stderr: 'DATABASE_URL is not set: say in which database to create the tables (npm start makes the demo)\n',
      },
      {
        code: 1,
        stdout: '',
        stderr:
          'The configuration has 1 problem(s):\n  - DATABASE_URL: must start with mysql://, mariadb:// or sqlite:\n',
      },
      { code: 1, stdout: '', stderr: 'The password needs at least 8 characters\n' },
      {
        code: 1,
        stdout: '',
        stderr:
          'Checking the file …\nThe table of calls is missing or not as expected: ' +
          'there is no table ai_metrics that this account may read (npm run schema prints its DDL)\n',
      },
      { code: 1, stdout: '', stderr: '--rows: must be a whole number from 1 to 1000000000\n' },
    ]);
  });

  it('list, disable and enable users', async () => {
    await runScript('schema', ['--apply'], settings);
    await runScript('users', ['add', '--login', 'ann', '--name', 'Ann Ö'], settings, 'correct horse');
    const users = async (...args: string[]) => {
      const { code, stdout, stderr } = await runScript('users', args, settings);
      return [code, stdout, stderr];
    };
    const disable = ['disable', '--login', 'ann'];
    await runScript('migrate', [], settings);
    const ended = 'His sessions end within a second; there were 0\n';
    expect([await users(...disable), await users(...disable)]).toEqual([
      [0, `Disabled the user "ann" with id 1: status 0, was normal\n${ended}`, ''],
      [0, `Nothing to do: the user "ann" with id 1 has the status 0 (disabled) already\n${ended}`, ''],
    ]);
    expect(await users('list')).toEqual([
      0,
      'id  login  name   type    status\n1   ann    Ann Ö  system  disabled\n',
      '',
    ]);
    expect(await users('enable', '--login', 'ann', '--id', '1')).toEqual([
      0,
      'Enabled the user "ann" with id 1: status 1, was disabled\n',
      '',
    ]);
    expect(await users('enable', '--login', 'Ann')).toEqual([
      1,
      '',
      'There is no user with the login name "Ann"; nothing was changed\n',
    ]);
  });

  it.each([
    [['list', '--login', 'ann'], '--login: is nothing that list takes\n'],
    [['disable', '--login', 'ann', '--type', 'system'], '--type: is nothing that disable takes\n'],
    [['add', '--login', 'ann', '--id', '1'], '--id: is nothing that add takes\n'],
    [['enable', '--login', 'ann', '--login', 'bob'], '--login: must be given once\n'],
    [['disable'], expect.stringContaining('npm run users -- disable --login NAME')],
    [['list', 'ann'], expect.stringContaining('npm run users -- list')],
    [['remove'], expect.stringContaining('npm run users -- list')],
    [['list', '--all'], expect.stringContaining("'--all'")],
  ])('users refuses %j', async (args, stderr: unknown) => {
    expect(await runScript('users', args, settings)).toEqual({ code: 1, stdout: '', stderr });
  });

  it('explain themselves', async () => {
    for (const name of ['schema', 'users', 'import', 'demo-data']) {
      const { code, stdout } = await runScript(name, ['--help'], {});
      expect([code, stdout]).toEqual([0, expect.stringContaining(`npm run ${name}`)]);
    }
    const wrong = await runScript('import', ['--bogus'], {});
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain("'--bogus'");
  });

  it('print the DDL for the engine of the address, without asking a server', async () => {
    const { stdout } = await runScript('schema', [], { DATABASE_URL: 'mysql://u:p@127.0.0.1:1/app' });
    expect(stdout).toContain('cost DECIMAL(18,8)');
    expect((await runScript('schema', [], settings)).stdout).toContain('cost REAL');
  });

  it('never show the password of an address', async () => {
    const { stderr } = await runScript('migrate', [], { DATABASE_URL: 'mysql://u:hunter2@127.0.0.1:1/app' });
    expect(stderr).toBe('The database is not available: connect ECONNREFUSED 127.0.0.1:1\n');
  });
});
