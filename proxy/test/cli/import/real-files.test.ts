import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCalls } from '../../../src/cli/import/import-calls.ts';
import { createMetricsTables } from '../../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../../src/database/tables.ts';
import { describeOnEngines } from '../../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../../support/empty-database.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');
const options = { metricsTimezone: 'UTC', append: false, onChecked: () => undefined, onProgress: () => undefined };

if (existsSync(folder)) {
  describeOnEngines('importCalls of real calls', (engine) => {
    let empty: EmptyDatabase<MetricsTables>;

    beforeAll(async () => {
      empty = await emptyDatabase(engine);
      await createMetricsTables(empty.database.kysely, engine);
    });
    afterAll(async () => {
      await empty.close();
    });

    it('loads both files, with the counts and sums that the files have', async () => {
      const azure = await importCalls(empty.database, join(folder, 'azure-llm-2023-code.csv'), options);
      const llmperf = await importCalls(empty.database, join(folder, 'llmperf-2023.csv'), options);
      expect([azure.calls, llmperf.calls]).toEqual([8819, 1054]);
      const { rows } = await sql`select provider, count(*) as calls, sum(total_tokens) as tokens,
          round(sum(cost), 8) as cost, count(total_time) as timed
        from ai_metrics group by provider order by provider`.execute(empty.database.kysely);
      const found = (rows as Record<string, unknown>[]).map(({ provider, calls, tokens, cost, timed }) => [
        provider,
        Number(calls),
        Number(tokens),
        cost === null ? null : Number(cost),
        Number(timed),
      ]);
      // awk -F, 'NR > 1 { n[$2]++; t[$2] += $8; c[$2] += $7 } END { for (p in n) print p, n[p], t[p], c[p] }'
      expect(found).toEqual([
        ['anyscale', 450, 314_816, 0.151787, 450],
        ['azure', 8819, 18_305_870, null, 0],
        ['bedrock', 154, 107_658, 0.079918, 154],
        ['fireworks', 450, 315_164, 0.15228, 450],
      ]);
    });
  });
} else {
  describe.skip('importCalls of real calls NOT RUN: ../shared/data is not beside the repository', () => {
    it('loads both files', () => undefined);
  });
}
