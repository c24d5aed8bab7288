/** A builder as a process of its own, to be killed: does its work once the lag is over that it begins with. */
import { readMetricsSource } from '../../../src/database/metrics-source.ts';
import { openDatabase } from '../../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../../src/database/tables.ts';
import { createBuilder } from './builder-under-test.ts';
import type { DatabaseUrls } from './builder-seat.ts';
import type { Work } from './steps.ts';

export interface ProcessTask {
  urls: DatabaseUrls;
  metricsTimezone: string;
  lagSeconds: number;
  stepCalls: number;
  blockCalls: number;
  work: Work;
}

const task = JSON.parse(process.argv[2] ?? '') as ProcessTask;
const options = { poolSize: 1, statementTimeoutSeconds: 20 };
const metrics = openDatabase<MetricsTables>(task.urls.metrics, options);
const state = openDatabase<StateTables>(task.urls.state, options);
let seconds = 0;
const builder = createBuilder(
  { metrics, state, source: await readMetricsSource(metrics, task.metricsTimezone) },
  { ...task, holder: 'process', seconds: () => seconds }
);
await builder.work('follow');
seconds += task.lagSeconds;
await builder.work('follow');
await builder.work(task.work);
await Promise.all([metrics.close(), state.close()]);
