import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { ErrorCode } from '../errors.ts';

const signInOutcomes = ['signed_in', 'refused', 'forbidden', 'limited', 'failed'] as const;

const cacheNames = ['questions', 'pages', 'partials'] as const;

export type CacheName = (typeof cacheNames)[number];
export type SignInOutcome = (typeof signInOutcomes)[number];
export type QueryOutcome = 'ok' | 'caller_gone' | ErrorCode;

/** What the proxy counts about itself. Each label has few values, so nothing that was typed may ever become one. */
export interface Telemetry {
  registry: Registry;
  requestAnswered: (labels: { method: string; route: string; status: number }, seconds: number) => void;
  queryAnswered: (labels: { kind: string; outcome: QueryOutcome }, seconds: number) => void;
  signInAnswered: (outcome: SignInOutcome) => void;
  cacheLookedUp: (cache: CacheName, hit: boolean) => void;
  /** A request with questions was refused because the event loop is too late. */
  requestShed: () => void;
  /** Names the queue whose length is told from now on: `read` is asked whenever someone looks. */
  watchQueue: (read: () => QueueLength) => void;
  /** Calls that this proxy put into rollups. */
  callsRolledUp: (calls: number) => void;
  /** A block of rollups was compared with its rows, and differed or not. */
  blockAudited: (differed: boolean) => void;
  /** Whether this proxy is the one that builds rollups. */
  buildingRollups: (building: boolean) => void;
}

export interface QueueLength {
  running: number;
  waiting: number;
}

// From an answer out of memory to a question that ran into its time limit.
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics in a registry of their own, by the conventions of Prometheus. Their names are contract. */
export function createTelemetry(version: string): Telemetry {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'aitoys_http_request_duration_seconds',
    help: 'Time to answer an HTTP request, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: durationBuckets,
    registers,
  });
  const queries = new Histogram({
    name: 'aitoys_query_duration_seconds',
    help: 'Time to answer a question, with the wait for its turn, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const signIns = new Counter({
    name: 'aitoys_sign_ins_total',
    help: 'Attempts to sign in, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of signInOutcomes) {
    // A rate over a series that begins with its first event would miss that event.
    signIns.inc({ outcome }, 0);
  }
  const lookUps = {
    hits: new Counter({
      name: 'aitoys_cache_hits_total',
      help: 'What was asked of a cache and was in it, by cache',
      labelNames: ['cache'],
      registers,
    }),
    misses: new Counter({
      name: 'aitoys_cache_misses_total',
      help: 'What was asked of a cache and was not in it, by cache',
      labelNames: ['cache'],
      registers,
    }),
  };
  for (const cache of cacheNames) {
    lookUps.hits.inc({ cache }, 0);
    lookUps.misses.inc({ cache }, 0);
  }
  const shed = new Counter({
    name: 'aitoys_requests_shed_total',
    help: 'Requests with questions that were refused because the event loop was too late',
    registers,
  });
  new Gauge({
    name: 'aitoys_build_info',
    help: 'Always 1; the version of the proxy is the label',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  let queueLength = (): QueueLength => ({ running: 0, waiting: 0 });
  new Gauge({
    name: 'aitoys_queries_running',
    help: 'Questions that are being answered',
    collect() {
      this.set(queueLength().running);
    },
    registers,
  });
  new Gauge({
    name: 'aitoys_queries_waiting',
    help: 'Questions that wait for their turn',
    collect() {
      this.set(queueLength().waiting);
    },
    registers,
  });
  const rolledUpCalls = new Counter({
    name: 'aitoys_rollup_calls_total',
    help: 'Calls that this proxy put into rollups',
    registers,
  });
  const auditedBlocks = new Counter({
    name: 'aitoys_rollup_audited_blocks_total',
    help: 'Blocks of rollups that this proxy compared with their rows',
    registers,
  });
  const rebuiltBlocks = new Counter({
    name: 'aitoys_rollup_rebuilt_blocks_total',
    help: 'Blocks of rollups that differed from their rows, and were built anew',
    registers,
  });
  const building = new Gauge({
    name: 'aitoys_rollup_building',
    help: '1 on the proxy that builds rollups, 0 on others',
    registers,
  });
  return {
    registry,
    requestAnswered: (labels, seconds) => requests.observe(labels, seconds),
    queryAnswered: (labels, seconds) => queries.observe(labels, seconds),
    signInAnswered: (outcome) => signIns.inc({ outcome }),
    cacheLookedUp: (cache, hit) => {
      lookUps[hit ? 'hits' : 'misses'].inc({ cache });
    },
    requestShed: () => {
      shed.inc();
    },
    watchQueue: (read) => {
      queueLength = read;
    },
    callsRolledUp: (calls) => rolledUpCalls.inc(calls),
    blockAudited: (differed) => {
      auditedBlocks.inc();
      rebuiltBlocks.inc(differed ? 1 : 0);
    },
    buildingRollups: (isBuilding) => building.set(isBuilding ? 1 : 0),
  };
}
