import { hashPassword, verifyPassword } from '../auth/password.ts';
import { findTables } from '../database/find-tables.ts';
import { createMetricsTables, metricsTableNames } from '../database/metrics-schema.ts';
import { migrateState } from '../database/migrate.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';
import { addUser } from './add-user.ts';

interface Account {
  login: string;
  password: string;
}

export interface SetUpOptions {
  /** Added where nobody but the data source is in `users`: whoever was removed later stays removed. */
  admin: Account;
  /** Whom Grafana's data source signs in as. Its password is always this one, so that both sides change together. */
  dataSource: Account;
  /** Is told what was done, a line each. */
  say: (line: string) => void;
}

/** Makes the tables that are missing, updates the proxy's own, and adds the first people. Changes nothing when repeated. */
export async function setUp(
  metrics: Database<MetricsTables>,
  state: Database<StateTables>,
  { admin, dataSource, say }: SetUpOptions
): Promise<void> {
  // One of them is there where an earlier run was interrupted between the two.
  const existing = await findTables(metrics, metricsTableNames);
  const missing = metricsTableNames.filter((name) => !existing.has(name));
  if (missing.length > 0) {
    const { engine } = await metrics.dialect();
    await createMetricsTables(metrics.kysely, engine, missing);
    say(`Created ${missing.join(' and ')}`);
  }
  for (const migration of await migrateState(state)) {
    say(`Applied ${migration}`);
  }
  await keepDataSource(metrics, dataSource, say);
  const { kysely } = metrics;
  const others = kysely.selectFrom('users').select('id').where('login_name', '!=', dataSource.login);
  if ((await others.limit(1).executeTakeFirst()) === undefined) {
    await addUser(metrics, { ...admin, name: 'Administrator', type: 'system' });
    say(`Added the system user ${JSON.stringify(admin.login)}`);
  }
  say('The databases are ready');
}

async function keepDataSource(
  metrics: Database<MetricsTables>,
  { login, password }: Account,
  say: SetUpOptions['say']
): Promise<void> {
  const { kysely } = metrics;
  const found = await kysely
    .selectFrom('users')
    .select(['id', 'password_hash'])
    .where('login_name', '=', login)
    .executeTakeFirst();
  if (found === undefined) {
    await addUser(metrics, { login, password, name: 'Data source of Grafana', type: 'system' });
    say(`Added the system user ${JSON.stringify(login)}`);
    return;
  }
  // A proxy may have hashed it anew since.
  if ((await verifyPassword(password, found.password_hash ?? '')) !== 'match') {
    const password_hash = hashPassword(password);
    await kysely.updateTable('users').set({ password_hash }).where('id', '=', found.id).execute();
    say(`Gave ${JSON.stringify(login)} its new password`);
  }
}
