import { afterEach, beforeEach, expect, it } from 'vitest';
import { setUpDemo } from '../../src/cli/set-up-demo.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

let empty: EmptyDatabase<MetricsTables>;

const options = {
  password: 'correct horse',
  until: Date.parse('2026-11-24T00:00:00Z'),
  metricsTimezone: 'UTC',
  size: { seed: 1, rows: 300, days: 3 },
};

async function contents() {
  const { kysely } = empty.database;
  const users = await kysely.selectFrom('users').selectAll().orderBy('id').execute();
  const { calls } = await kysely
    .selectFrom('ai_metrics')
    .select(({ fn }) => fn.countAll().as('calls'))
    .executeTakeFirstOrThrow();
  return { users: users.map((user) => [user.login_name, user.user_type, user.status]), calls: Number(calls) };
}

describeOnEngines('setUpDemo', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await createMetricsTables(empty.database.kysely, engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('adds generated calls, the people that are missing, and says that nothing of it is real', async () => {
    await empty.run("insert into users (login_name, password_hash, user_type, status) values ('admin', 'f00d', 1, 1)");
    expect(await setUpDemo(empty.database, options)).toEqual([
      'Added people of the demo: viewer, disabled',
      'Demo database: every call in it was generated, none was made; 300 calls over 3 days',
    ]);
    expect(await contents()).toEqual({
      users: [
        ['admin', 1, 1],
        ['viewer', 0, 1],
        ['disabled', 1, 0],
      ],
      calls: 300,
    });
  });

  it('does nothing in a table that has calls', async () => {
    await empty.run("insert into ai_metrics (start_time) values ('2026-11-23 00:00:00')");
    expect(await setUpDemo(empty.database, options)).toEqual(['ai_metrics has calls already: nothing was generated']);
    expect(await contents()).toEqual({ users: [], calls: 1 });
  });
});
