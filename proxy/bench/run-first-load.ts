import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import type { Range } from './direct-sql.ts';
import { firstLoadQuestions } from './first-load-questions.ts';
import { median, timeOf } from './measure.ts';
import { type PreparedTable, prepareTable } from './prepare-table.ts';
import { withReadyProxy } from './ready-proxy.ts';
import type { RunOptions } from './run-bench.ts';
import type { PanelQuestion, StartedProxy } from './start-proxy.ts';

/** A dashboard's load, or one of its questions: ms until it was answered, all asked at once. */
export interface LoadTimes {
  coldMs: number;
  warmMs: number;
}

export interface FirstLoadResult extends Pick<PreparedTable, 'rows' | 'server'> {
  peakMemoryBytes: number;
  /** Until the last answer. */
  all: LoadTimes;
  questions: (LoadTimes & { question: string })[];
}

const dashboardUid = 'aitoys-overview';
const hours = 24;
const hour = 3_600_000;
const day = 24 * hour;
// Nobody opens a dashboard at a whole minute, and it is refreshed some seconds later, for a range that ends then.
const secondsMs = 17_345;
const refreshMs = 10_000;

// Neither the days nor their pages are those that are measured. So often that all code is compiled.
const warmUpDaysBefore = Array.from({ length: 96 }, (_, load) => 36 + 4 * (load % 6));

/**
 * Opens a dashboard in a proxy that was just started, for its last 24 hours, and refreshes it. Before that it was opened for
 * other days, so that all code has run often, but nothing of these 24 hours was read.
 */
export async function runFirstLoad(database: Database<MetricsTables>, options: RunOptions): Promise<FirstLoadResult> {
  const table = await prepareTable(database, options);
  const questions = firstLoadQuestions(dashboardUid, 'UTC');
  const to = table.end - secondsMs;
  const loads: Load[] = [];
  let peakMemoryBytes = 0;
  for (let run = 0; run < options.runs; run += 1) {
    options.say(`Opening the dashboard (${String(run + 1)} of ${String(options.runs)}) …\n`);
    const used = await withReadyProxy(database, table, {}, options, (proxy) => loadTwice(proxy, questions, to));
    loads.push(used.result);
    peakMemoryBytes = Math.max(peakMemoryBytes, used.peakMemoryBytes);
  }
  const medians = (position: number): LoadTimes => ({
    coldMs: median(loads.map(({ cold }) => cold[position] ?? 0)),
    warmMs: median(loads.map(({ warm }) => warm[position] ?? 0)),
  });
  return {
    rows: table.rows,
    server: table.server,
    peakMemoryBytes,
    all: medians(questions.length),
    questions: questions.map(({ name }, position) => ({ question: name, ...medians(position) })),
  };
}

/** Times of the questions, and at the end that of all of them. */
interface Load {
  cold: number[];
  warm: number[];
}

async function loadTwice(proxy: StartedProxy, questions: readonly PanelQuestion[], to: number): Promise<Load> {
  for (const days of warmUpDaysBefore) {
    await load(proxy, questions, lastHours(to - days * day));
  }
  const cold = await load(proxy, questions, lastHours(to));
  return { cold, warm: await load(proxy, questions, lastHours(to + refreshMs)) };
}

async function load(proxy: StartedProxy, questions: readonly PanelQuestion[], range: Range): Promise<number[]> {
  const times: number[] = [];
  const all = await timeOf(async () => {
    await Promise.all(
      questions.map(async (question, position) => {
        times[position] = await timeOf(() => proxy.ask(question, range));
      })
    );
  });
  return [...times, all];
}

function lastHours(to: number): Range {
  return { from: to - hours * hour, to };
}
