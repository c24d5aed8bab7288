import PQueue from 'p-queue';
import type { Clock } from '../clock.ts';
import type { Config, QuestionConfig } from '../config.ts';
import { type MetricsSource, readMetricsSource } from '../database/metrics-source.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { demoNotice } from '../demo/demo-notice.ts';
import { ApiError } from '../errors.ts';
import { rollupObstacle } from '../rollups/obstacle.ts';
import { createRowCellReader } from '../rollups/read-cells.ts';
import type { RollupReader } from '../rollups/read-rollups.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Answer, answerQuery } from './answer.ts';
import { createCursors } from './calls/cursor.ts';
import { type DimensionValues, type DimensionValuesRequest, readDimensionValues } from './dimension-values.ts';
import { canonicalJson, createInFlight, type InFlight } from '../in-flight.ts';
import type { Notice } from './output/notices.ts';
import { createPersonShares } from './person-shares.ts';
import type { QueryEnvironment } from './query-environment.ts';
import { type AskedKind, askedKind, recordOutcome } from './record-outcome.ts';
import type { QueryContext, QueryLimits } from './resolve/resolve-range.ts';

/** When and how finely a question is asked; what is left out is filled in. Times are ms since 1970. */
export interface QueryWindow {
  from?: number | undefined;
  to?: number | undefined;
  intervalMs?: number | undefined;
  maxDataPoints?: number | undefined;
  /** For questions that name no zone; UTC if left out. */
  defaultZone?: string | undefined;
  alerting?: boolean;
}

/**
 * Answers questions within the limits of the proxy; those that are the same run once while they are in flight. Who asks
 * has the right to; `person` is counted for MAX_CONCURRENT_QUERIES_PER_USER, and nobody is without one. All throw
 * ApiErrors, or the signal's reason for a caller that went away.
 */
export interface QueryRunner {
  answer: (input: unknown, window: QueryWindow, caller: AbortSignal, person?: string) => Promise<Answer>;
  dimensionValues: (
    request: DimensionValuesRequest,
    window: QueryWindow,
    caller: AbortSignal,
    person?: string
  ) => Promise<DimensionValues>;
}

export interface QueryRunnerDependencies {
  config: Config;
  clock: Clock;
  metricsDatabase: Database<MetricsTables>;
  rollups: RollupReader | null;
  telemetry: Telemetry;
}

type Task<Result> = (source: MetricsSource, signal: AbortSignal) => Promise<Result>;

const defaultMaxDataPoints = 1000;
// What ALTER TABLE changes is noticed after this time.
const sourceLifetimeMs = 60_000;
// By so much a person's question is put back for each other one that he has under way.
const putBackMs = 100;

/** Runs at most MAX_CONCURRENT_QUERIES at a time; others wait until the deadline, then get `unavailable`. */
export function createQueryRunner(dependencies: QueryRunnerDependencies): QueryRunner {
  const { config, clock, metricsDatabase, rollups, telemetry } = dependencies;
  const cursors = createCursors(config.sessionSecrets);
  const queue = new PQueue({ concurrency: config.MAX_CONCURRENT_QUERIES });
  telemetry.watchQueue(() => ({ running: queue.pending, waiting: queue.size }));
  const shares = createPersonShares(config.MAX_CONCURRENT_QUERIES_PER_USER);
  const limits = queryLimits(config);
  const countShared = (wasRunning: boolean) => {
    telemetry.cacheLookedUp('questions', wasRunning);
  };
  const cells = createRowCellReader(metricsDatabase);
  const answers = createInFlight<Answer>(countShared);
  const values = createInFlight<DimensionValues>(countShared);
  const standing: Notice[] = config.demo ? [{ severity: 'info', text: `${demoNotice}.` }] : [];
  let known: { source: MetricsSource; readAt: number } | undefined;

  const currentSource = async () => {
    if (known === undefined || clock() - known.readAt > sourceLifetimeMs) {
      known = { source: await readMetricsSource(metricsDatabase, config.METRICS_TIMEZONE), readAt: clock() };
    }
    return known.source;
  };

  const environmentOf = (source: MetricsSource): QueryEnvironment => ({
    database: metricsDatabase,
    source,
    // What keeps them from being built keeps old ones from being right.
    rollups: rollupObstacle(config, source, source.dialect.engine) === null ? rollups : null,
    cells,
    cursors,
    maxRows: config.MAX_RESULT_ROWS,
    maxRowsRead: config.MAX_ROWS_READ,
  });

  const contextOf = (window: QueryWindow, source: MetricsSource) => questionContext(window, source, limits, clock());

  const runInTurn = async <Result>(task: Task<Result>, caller: AbortSignal, person?: string): Promise<Result> => {
    const deadline = AbortSignal.timeout(config.QUERY_TIMEOUT_SECONDS * 1000);
    const signal = AbortSignal.any([caller, deadline]);
    const askedAt = performance.now();
    let startedAt: number | undefined;
    const work = async () => {
      startedAt = performance.now();
      return task(await currentSource(), signal);
    };
    try {
      // In the order in which they were asked, but for those of somebody who asks many at once: others overtake them. Nobody
      // waits for ever behind newcomers, whose time is later by itself.
      return await queue.add(work, { signal, priority: -(askedAt + putBackMs * shares.othersOf(person)) });
    } catch (error) {
      if (deadline.aborted && !caller.aborted) {
        const endedAt = performance.now();
        throw deadlineError(endedAt - (startedAt ?? endedAt), (startedAt ?? endedAt) - askedAt, error);
      }
      throw error;
    }
  };

  /** `asked` is all that the answer depends on, apart from what the database holds. */
  const run = <Result>(
    kind: AskedKind,
    asked: unknown,
    inFlight: InFlight<Result>,
    task: Task<Result>,
    caller: AbortSignal,
    person: string | undefined
  ): Promise<Result> =>
    recordOutcome(telemetry, kind, caller, () =>
      shares.hold(person, () =>
        inFlight.share(canonicalJson(asked), caller, (signal) => runInTurn(task, signal, person))
      )
    );

  return {
    answer: (input, window, caller, person) =>
      run(
        askedKind(input),
        [input, window],
        answers,
        async (source, signal) => {
          const answer = await answerQuery(environmentOf(source), input, contextOf(window, source), signal);
          return { ...answer, notices: [...answer.notices, ...standing] };
        },
        caller,
        person
      ),
    dimensionValues: (request, window, caller, person) =>
      run(
        'dimension_values',
        [request, window],
        values,
        (source, signal) => readDimensionValues(environmentOf(source), request, contextOf(window, source), signal),
        caller,
        person
      ),
  };
}

/** What a question is asked with, with all that its window leaves out. */
export function questionContext(
  window: QueryWindow,
  source: MetricsSource,
  limits: QueryLimits,
  now: number
): QueryContext {
  return {
    from: window.from,
    to: window.to,
    intervalMs: window.intervalMs ?? 1,
    maxDataPoints: window.maxDataPoints ?? defaultMaxDataPoints,
    now,
    defaultZone: window.defaultZone ?? 'UTC',
    storedZone: source.startTimeZone,
    alerting: window.alerting ?? false,
    limits,
  };
}

/** The limits of questions, as configured. */
export function queryLimits(config: QuestionConfig): QueryLimits {
  return {
    rangeDays: config.MAX_RANGE_DAYS,
    pointsPerSeries: config.MAX_POINTS_PER_SERIES,
    series: config.MAX_SERIES,
    filters: config.MAX_FILTERS,
    filterValues: config.MAX_FILTER_VALUES,
    rowsPerPage: config.MAX_ROWS_PER_PAGE,
  };
}

// Of many questions that were asked at once the last ones begin in the moment in which their own time is up.
function deadlineError(ranMs: number, waitedMs: number, cause: unknown): ApiError {
  return ranMs > waitedMs
    ? new ApiError('query_timeout', 'The question took too long: narrow the time range or the filters', { cause })
    : new ApiError('unavailable', 'Too many questions are waiting: try again later', {
        cause,
        headers: { 'Retry-After': '5' },
      });
}
