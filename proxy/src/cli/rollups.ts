import { parseArgs } from 'node:util';
import { loadRollupConfig, readEnvironment, type RollupConfig } from '../config.ts';
import { isStateMigrated } from '../database/migrate.ts';
import { readMetricsSource } from '../database/metrics-source.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';
import { rollupObstacle } from '../rollups/obstacle.ts';
import { systemClock } from '../clock.ts';
import { rebuildRollups } from './rebuild-rollups.ts';
import { describeRollups } from './rollup-status.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';
import { type RollupTables, verifyRollups } from './verify-rollups.ts';

const usage = `npm run rollups -- status
    Says how far the rollups are, how large they are, and since when all of them were compared with their rows.
npm run rollups -- verify
    Compares all of them with their rows now, names the blocks that differ, and ends with 1 if there are any. Only reads.
npm run rollups -- rebuild [--all]
    Compares all of them with their rows now, and builds anew those that differ; with --all, every block. The proxy that
    builds rollups does it, beside its other work; where none does, the tool does it itself. To be used after a backup was
    restored, or the table was filled anew.
`;

const commands = ['status', 'verify', 'rebuild'] as const;

await runTool(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const command = commands.find((name) => name === positionals[0]);
  if (command === undefined || positionals.length !== 1) {
    throw new ToolError(usage.trimEnd());
  }
  if (values.all && command !== 'rebuild') {
    throw new ToolError(`--all: is nothing that ${command} takes`);
  }
  const config = loadRollupConfig(readEnvironment());
  await withTables(config, async (tables) => {
    switch (command) {
      case 'status':
        process.stdout.write(await describeRollups(tables));
        return;
      case 'verify': {
        const { text, differing } = await verifyRollups(tables);
        process.stdout.write(text);
        process.exitCode = differing > 0 ? 1 : 0;
        return;
      }
      case 'rebuild':
        process.stdout.write(await rebuildRollups(tables, config, systemClock, values.all));
        return;
      default:
        command satisfies never;
    }
  });
});

/** Throws a ToolError where there can be no rollups. */
async function withTables(config: RollupConfig, use: (tables: RollupTables) => Promise<void>): Promise<void> {
  await withDatabase(config.databaseUrl, (metrics: Database<MetricsTables>) =>
    withDatabase(config.stateDatabaseUrl, async (state: Database<StateTables>) => {
      const source = await readMetricsSource(metrics, config.METRICS_TIMEZONE);
      const obstacle = rollupObstacle(config, source, (await state.dialect()).engine);
      if (obstacle !== null) {
        throw new ToolError(`Rollups are off: ${obstacle}`);
      }
      if (!(await isStateMigrated(state))) {
        throw new ToolError("The proxy's own tables are missing or out of date: run npm run migrate");
      }
      await use({ metrics, state, source });
    })
  );
}
