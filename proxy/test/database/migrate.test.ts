import { afterEach, beforeEach, expect, it } from 'vitest';
import { isStateMigrated, migrateState } from '../../src/database/migrate.ts';
import type { StateTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

const session = {
  id_hash: 'a'.repeat(64),
  user_id: '18446744073709551615',
  kind: 'datasource' as const,
  password_fingerprint: 'b'.repeat(64),
  created_at: 1_764_000_000_000,
  last_seen_at: 1_764_000_000_001,
  expires_at: 1_764_028_800_000,
};

describeOnEngines('migrateState', (engine) => {
  let empty: EmptyDatabase<StateTables>;

  beforeEach(async () => {
    empty = await emptyDatabase(engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('makes the tables, says what it applied, and does nothing the second time', async () => {
    expect(await isStateMigrated(empty.database)).toBe(false);
    expect(await migrateState(empty.database)).toEqual([
      '0001-sessions',
      '0002-sign-in-attempts',
      '0003-rollups',
      '0004-oidc',
    ]);
    expect(await isStateMigrated(empty.database)).toBe(true);
    expect(await migrateState(empty.database)).toEqual([]);
  });

  it('makes sessions that keep what is written', async () => {
    await migrateState(empty.database);
    const { kysely } = empty.database;
    await kysely.insertInto('aitoys_sessions').values(session).execute();
    const [kept] = await kysely.selectFrom('aitoys_sessions').selectAll().execute();
    expect({ ...kept, created_at: Number(kept?.created_at) }).toMatchObject({
      id_hash: session.id_hash,
      user_id: session.user_id,
      kind: 'datasource',
      created_at: 1_764_000_000_000,
    });
  });

  it('makes sessions whose ids differ by case', async () => {
    await migrateState(empty.database);
    const { kysely } = empty.database;
    await kysely
      .insertInto('aitoys_sessions')
      .values([session, { ...session, id_hash: 'A'.repeat(64) }])
      .execute();
    await expect(kysely.insertInto('aitoys_sessions').values(session).execute()).rejects.toThrow();
    expect(await kysely.selectFrom('aitoys_sessions').select('id_hash').execute()).toHaveLength(2);
  });

  it('goes on after it was interrupted before it recorded what it had made', async () => {
    await migrateState(empty.database);
    await empty.run('delete from aitoys_migrations');
    expect(await isStateMigrated(empty.database)).toBe(false);
    expect(await migrateState(empty.database)).toEqual([
      '0001-sessions',
      '0002-sign-in-attempts',
      '0003-rollups',
      '0004-oidc',
    ]);
  });

  it('can be run by two at once', async () => {
    const applied = await Promise.all([migrateState(empty.database), migrateState(empty.database)]);
    expect(applied.flat()).toEqual(['0001-sessions', '0002-sign-in-attempts', '0003-rollups', '0004-oidc']);
  });
});
