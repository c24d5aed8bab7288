import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashArgon2id } from '../../src/auth/argon2id.ts';
import { verifyPassword } from '../../src/auth/password.ts';
import { setUp } from '../../src/cli/set-up.ts';
import { setUserStatus } from '../../src/cli/set-user-status.ts';
import { findTables } from '../../src/database/find-tables.ts';
import { isStateMigrated } from '../../src/database/migrate.ts';
import type { MetricsTables, StateTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

let metrics: EmptyDatabase<MetricsTables>;
let state: EmptyDatabase<StateTables>;

const admin = { login: 'admin', password: 'correct horse' };
const dataSource = { login: 'grafana', password: 'battery staple' };

async function run(accounts = { admin, dataSource }): Promise<string[]> {
  const said: string[] = [];
  await setUp(metrics.database, state.database, { ...accounts, say: (line) => said.push(line) });
  return said;
}

async function people() {
  const rows = await metrics.database.kysely.selectFrom('users').selectAll().orderBy('id').execute();
  return rows.map(({ login_name, user_type, status }) => [login_name, user_type, status]);
}

async function hasPassword(login: string, password: string): Promise<boolean> {
  const { password_hash } = await metrics.database.kysely
    .selectFrom('users')
    .select('password_hash')
    .where('login_name', '=', login)
    .executeTakeFirstOrThrow();
  return (await verifyPassword(password, password_hash ?? '')) === 'match';
}

describeOnEngines('setUp', (engine) => {
  beforeEach(async () => {
    metrics = await emptyDatabase(engine);
    state = await emptyDatabase(engine);
  });
  afterEach(async () => {
    await metrics.close();
    await state.close();
  });

  it('makes tables and people in empty databases', async () => {
    const said = await run();
    expect(said).toContain('Applied 0001-sessions');
    expect(said.filter((line) => !line.startsWith('Applied '))).toEqual([
      'Created users and ai_metrics',
      'Added the system user "grafana"',
      'Added the system user "admin"',
      'The databases are ready',
    ]);
    expect(await people()).toEqual([
      ['grafana', 1, 1],
      ['admin', 1, 1],
    ]);
    expect(await hasPassword('grafana', 'battery staple')).toBe(true);
    expect(await hasPassword('admin', 'correct horse')).toBe(true);
    expect(await isStateMigrated(state.database)).toBe(true);
  });

  it('changes nothing when it is repeated', async () => {
    await run();
    const before = await people();
    expect(await run()).toEqual(['The databases are ready']);
    expect(await people()).toEqual(before);
  });

  it('keeps what was changed meanwhile: a disabled person, and the first one removed or with another password', async () => {
    await run();
    await setUserStatus(metrics.database, { login: 'grafana', id: undefined }, 0);
    await metrics.run(
      "update users set login_name = 'ann' where login_name = 'admin'",
      "update users set password_hash = 'f00d' where login_name = 'ann'"
    );
    expect(await run()).toEqual(['The databases are ready']);
    expect(await people()).toEqual([
      ['grafana', 1, 0],
      ['ann', 1, 1],
    ]);
    expect(await hasPassword('ann', 'correct horse')).toBe(false);
  });

  it('takes a password that a proxy has hashed anew for what it is', async () => {
    await run();
    const password_hash = await hashArgon2id('battery staple');
    await metrics.run(`update users set password_hash = '${password_hash}' where login_name = 'grafana'`);
    expect(await run()).toEqual(['The databases are ready']);
    expect(await run({ admin, dataSource: { login: 'grafana', password: 'rotated secret' } })).toEqual([
      'Gave "grafana" its new password',
      'The databases are ready',
    ]);
    expect(await hasPassword('grafana', 'rotated secret')).toBe(true);
  });

  it('gives the data source its new password', async () => {
    await run();
    expect(await run({ admin, dataSource: { login: 'grafana', password: 'rotated secret' } })).toEqual([
      'Gave "grafana" its new password',
      'The databases are ready',
    ]);
    expect(await hasPassword('grafana', 'rotated secret')).toBe(true);
  });

  it.each(['users', 'ai_metrics'])('makes %s alone where only the other table is there', async (table) => {
    await run();
    const before = await people();
    await metrics.run(`drop table ${table}`);
    expect(await run()).toContain(`Created ${table}`);
    expect(await findTables(metrics.database, ['users', 'ai_metrics'])).toEqual(new Set(['users', 'ai_metrics']));
    expect(await people()).toEqual(before);
  });
});
