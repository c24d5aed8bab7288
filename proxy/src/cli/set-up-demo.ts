import { hashPassword } from '../auth/password.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { demoNotice } from '../demo/demo-notice.ts';
import { type DemoSize, demoUsers, usualSize } from '../demo/ensure-demo.ts';
import { addDemoData } from './add-demo-data.ts';

export interface SetUpDemoOptions {
  /** Of the people who are added. */
  password: string;
  /** The end of the generated days, in ms since 1970. */
  until: number;
  metricsTimezone: string;
  size?: DemoSize;
}

/**
 * Puts generated calls into an empty `ai_metrics`, and the demo's people into `users`; in a table that has calls, nothing
 * is done. Returns lines that say what it did.
 */
export async function setUpDemo(
  database: Database<MetricsTables>,
  { password, until, metricsTimezone, size = usualSize }: SetUpDemoOptions
): Promise<string[]> {
  const { kysely } = database;
  if ((await kysely.selectFrom('ai_metrics').select('id').limit(1).executeTakeFirst()) !== undefined) {
    return ['ai_metrics has calls already: nothing was generated'];
  }
  const added = await kysely.transaction().execute(async (trx) => {
    const names = demoUsers.map(({ login_name }) => login_name);
    const taken = await trx.selectFrom('users').select('login_name').where('login_name', 'in', names).execute();
    // Compared as the column compares, which may take `Viewer` for `viewer`.
    const free = demoUsers.filter(
      ({ login_name }) => !taken.some((user) => user.login_name.toLowerCase() === login_name)
    );
    if (free.length > 0) {
      const password_hash = hashPassword(password);
      await trx
        .insertInto('users')
        .values(free.map((user) => ({ ...user, password_hash })))
        .execute();
    }
    return free.map(({ login_name }) => login_name);
  });
  const calls = await addDemoData(database, {
    ...size,
    until,
    append: false,
    metricsTimezone,
    onProgress: () => undefined,
  });
  return [
    ...(added.length > 0 ? [`Added people of the demo: ${added.join(', ')}`] : []),
    `${demoNotice}; ${String(calls)} calls over ${String(size.days)} days`,
  ];
}
