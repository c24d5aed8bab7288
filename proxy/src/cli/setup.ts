import { z } from 'zod';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';
import { setUp } from './set-up.ts';

const usage = `node proxy/src/cli/setup.ts
    Brings the databases to what this version needs, and adds the first people. For docker-compose.yml; can be repeated.
    ADMIN_LOGIN, ADMIN_PASSWORD           added where nobody else is in users
    AIMETRICS_LOGIN, AIMETRICS_PASSWORD   whom Grafana's data source signs in as; added, or given this password
`;

const peopleSchema = z.object({
  ADMIN_LOGIN: z.string().min(1),
  ADMIN_PASSWORD: z.string().min(1),
  AIMETRICS_LOGIN: z.string().min(1),
  AIMETRICS_PASSWORD: z.string().min(1),
});

await runTool(async () => {
  const env = readEnvironment();
  const config = loadDatabaseConfig(env);
  const people = peopleSchema.safeParse(env);
  if (config.demo || !people.success) {
    throw new ToolError(usage.trimEnd());
  }
  const { ADMIN_LOGIN, ADMIN_PASSWORD, AIMETRICS_LOGIN, AIMETRICS_PASSWORD } = people.data;
  await withDatabase(config.databaseUrl, (metrics: Database<MetricsTables>) =>
    withDatabase(config.stateDatabaseUrl, (state: Database<StateTables>) =>
      setUp(metrics, state, {
        admin: { login: ADMIN_LOGIN, password: ADMIN_PASSWORD },
        dataSource: { login: AIMETRICS_LOGIN, password: AIMETRICS_PASSWORD },
        say: (line) => process.stdout.write(`${line}\n`),
      })
    )
  );
});
