import { parseArgs } from 'node:util';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import { migrateState } from '../database/migrate.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { runTool, withDatabase } from './run-tool.ts';

const usage = `npm run migrate
    Makes the tables of the proxy itself (aitoys_…), or brings them up to date, in STATE_DATABASE_URL or DATABASE_URL.
`;

await runTool(async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const config = loadDatabaseConfig(readEnvironment());
  const applied = await withDatabase(config.stateDatabaseUrl, (database: Database<StateTables>) =>
    migrateState(database)
  );
  const changes = applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`;
  process.stdout.write(`The tables of the proxy (aitoys_…) are up to date: ${changes}\n`);
});
