import { parseArgs } from 'node:util';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import { parseDatabaseUrl } from '../database/database-url.ts';
import { metricsDdl, metricsTableNames } from '../database/metrics-schema.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { applySchema } from './apply-schema.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';

const usage = `npm run schema               prints the DDL of users and ai_metrics for the engine of DATABASE_URL
npm run schema -- --apply    creates these tables; refuses where one of them exists
`;

await runTool(async () => {
  const { values } = parseArgs({ options: { apply: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const config = loadDatabaseConfig(readEnvironment());
  if (values.apply !== true) {
    process.stdout.write(metricsDdl(parseDatabaseUrl(config.databaseUrl).kind));
    return;
  }
  if (config.demo) {
    throw new ToolError(
      'DATABASE_URL is not set: say in which database to create the tables (npm start makes the demo)'
    );
  }
  await withDatabase(config.databaseUrl, (database: Database<MetricsTables>) => applySchema(database));
  process.stdout.write(`Created ${metricsTableNames.join(' and ')}\n`);
});
