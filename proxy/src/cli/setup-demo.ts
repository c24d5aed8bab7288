import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { setUpDemo } from './set-up-demo.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';

const usage = `node proxy/src/cli/setup-demo.ts
    Fills an empty ai_metrics with generated calls, and adds the demo's people. For docker-compose.yml; can be repeated.
    DEMO_PASSWORD   the password of people who are added
`;

const passwordSchema = z.object({ DEMO_PASSWORD: z.string().min(1) });

await runTool(async () => {
  const env = readEnvironment();
  const { demo, databaseUrl, METRICS_TIMEZONE } = loadDatabaseConfig(env);
  const given = passwordSchema.safeParse(env);
  if (demo || !given.success) {
    throw new ToolError(usage.trimEnd());
  }
  const lines = await withDatabase(databaseUrl, (database: Database<MetricsTables>) =>
    setUpDemo(database, {
      password: given.data.DEMO_PASSWORD,
      until: systemClock(),
      metricsTimezone: METRICS_TIMEZONE,
    })
  );
  process.stdout.write(`${lines.join('\n')}\n`);
});
