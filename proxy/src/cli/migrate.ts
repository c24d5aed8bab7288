import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import { migrateState } from '../database/migrate.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { runTool, withDatabase } from './run-tool.ts';

await runTool(async () => {
  const config = loadDatabaseConfig(readEnvironment());
  const applied = await withDatabase(config.stateDatabaseUrl, (database: Database<StateTables>) =>
    migrateState(database)
  );
  const changes = applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`;
  process.stdout.write(`The tables of the proxy (aitoys_…) are up to date: ${changes}\n`);
});
