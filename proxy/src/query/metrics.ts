import { decimalToNumber } from './decimal.ts';
import { decimalScale, type PartialName, type Partials, partialDefinition, type SketchName } from './partials.ts';
import type { Kind } from './schema.ts';
import { sketchQuantile } from './sketch.ts';

/** What a metric is computed from: merged partials, and the time they stand for. */
export interface MetricInput {
  /** A count, sum, minimum, maximum or time as float64; null where no row had a value. */
  partial: (name: PartialName) => number | null;
  /** Value at rank ⌈q·n⌉ of the sketch; null without values. */
  quantile: (name: SketchName, perMille: number) => number | null;
  /** Seconds of bucket ∩ range ∩ the past. */
  seconds: number;
  /** ms since 1970. */
  now: number;
}

export interface Metric {
  name: string;
  label: string;
  group: 'Requests' | 'Cost' | 'Tokens' | 'Latency' | 'Throughput' | 'Data quality' | 'Freshness';
  description: string;
  /** A Grafana unit id; `currency` stands for that of the setting CURRENCY. */
  unit: string;
  kinds: readonly Kind[];
  partials: readonly PartialName[];
  sketch?: SketchName;
  /** The partial that counts the rows that have the metric's value. */
  counted: PartialName;
  value: (input: MetricInput) => number | null;
  /** May the values of groups or buckets be added up? */
  additive: boolean;
  /** Is it truly zero where there are no calls? */
  zeroFill: boolean;
}

const both = ['timeseries', 'summary'] as const;

type Shared = 'kinds' | 'additive' | 'zeroFill' | 'counted';
const define = (metric: Omit<Metric, Shared> & Partial<Pick<Metric, Shared>>): Metric => ({
  kinds: both,
  additive: false,
  zeroFill: false,
  counted: 'requests',
  ...metric,
});

const total = (name: PartialName) => ({
  partials: [name],
  additive: true,
  zeroFill: true,
  value: (input: MetricInput) => input.partial(name),
});
const ratio = (numerator: PartialName, denominator: PartialName, factor = 1) => ({
  partials: [numerator, denominator],
  value: (input: MetricInput) => divide(scale(input.partial(numerator), factor), input.partial(denominator)),
});
const perSecond = (name: PartialName, factor = 1) => ({
  partials: [name],
  additive: true,
  zeroFill: true,
  value: (input: MetricInput) => divide(scale(input.partial(name), factor), input.seconds),
});

const latencyQuantile = (percent: number): Metric =>
  define({
    name: `latency_p${String(percent)}`,
    label: `Latency p${String(percent)}`,
    group: 'Latency',
    description: `${String(percent)} % of the calls took at most this long: nearest rank, at most 1 % off. Calls without a duration are left out.`,
    unit: 'ms',
    partials: ['latencyMin', 'latencyMax'],
    sketch: 'latency',
    counted: 'latencyRequests',
    value: (input) => input.quantile('latency', percent * 10),
  });
const costQuantile = (percent: number): Metric =>
  define({
    name: `cost_p${String(percent)}`,
    label: `Cost p${String(percent)}`,
    group: 'Cost',
    description: `${String(percent)} % of the calls cost at most this: nearest rank, at most 1 % off. Calls without a cost, or with one below 0, are left out.`,
    unit: 'currency',
    partials: ['costMin', 'costMax'],
    sketch: 'cost',
    counted: 'costRankedRequests',
    value: (input) => input.quantile('cost', percent * 10),
  });

/** Every metric, declared once: names, texts, units and formulas over merged partials. */
export const metrics: readonly Metric[] = [
  define({
    name: 'requests',
    label: 'Requests',
    group: 'Requests',
    description: 'Number of calls.',
    unit: 'short',
    ...total('requests'),
  }),
  define({
    name: 'request_rate',
    label: 'Request rate',
    group: 'Requests',
    description: 'Calls per second.',
    unit: 'reqps',
    ...perSecond('requests'),
  }),
  define({
    name: 'cost',
    label: 'Cost',
    group: 'Cost',
    description: 'Sum of the costs, added exactly. Calls without a cost are left out.',
    unit: 'currency',
    counted: 'costRequests',
    ...total('costSum'),
  }),
  define({
    name: 'cost_rate_hour',
    label: 'Cost per hour',
    group: 'Cost',
    description: 'Cost divided by the hours that have passed.',
    unit: 'currency',
    counted: 'costRequests',
    ...perSecond('costSum', 3600),
  }),
  define({
    name: 'cost_per_request',
    label: 'Cost per request',
    group: 'Cost',
    description: 'Cost divided by the calls that have a cost.',
    unit: 'currency',
    counted: 'costRequests',
    ...ratio('costSum', 'costRequests'),
  }),
  define({
    name: 'cost_per_1k_tokens',
    label: 'Cost per 1,000 tokens',
    group: 'Cost',
    description: 'Cost of 1,000 tokens, over the calls that have both a cost and a number of tokens.',
    unit: 'currency',
    counted: 'tokenCostRequests',
    ...ratio('tokenCostSum', 'costTokensSum', 1e3),
  }),
  define({
    name: 'cost_per_1m_tokens',
    label: 'Cost per million tokens',
    group: 'Cost',
    description: 'Cost of 1,000,000 tokens, over the calls that have both a cost and a number of tokens.',
    unit: 'currency',
    counted: 'tokenCostRequests',
    ...ratio('tokenCostSum', 'costTokensSum', 1e6),
  }),
  define({
    name: 'cost_max',
    label: 'Highest cost',
    group: 'Cost',
    description: 'Cost of the most expensive call.',
    unit: 'currency',
    partials: ['costMax'],
    counted: 'costRequests',
    value: (input) => input.partial('costMax'),
  }),
  costQuantile(50),
  costQuantile(95),
  costQuantile(99),
  define({
    name: 'tokens',
    label: 'Tokens',
    group: 'Tokens',
    description: 'Sum of total_tokens. Calls without it are left out.',
    unit: 'short',
    counted: 'tokensRequests',
    ...total('tokensSum'),
  }),
  define({
    name: 'prompt_tokens',
    label: 'Prompt tokens',
    group: 'Tokens',
    description: 'Sum of prompt_tokens. Calls without it are left out.',
    unit: 'short',
    counted: 'promptRequests',
    ...total('promptSum'),
  }),
  define({
    name: 'completion_tokens',
    label: 'Completion tokens',
    group: 'Tokens',
    description: 'Sum of completion_tokens. Calls without it are left out.',
    unit: 'short',
    counted: 'completionRequests',
    ...total('completionSum'),
  }),
  define({
    name: 'tokens_per_request',
    label: 'Tokens per request',
    group: 'Tokens',
    description: 'Tokens divided by the calls that have a number of tokens.',
    unit: 'short',
    counted: 'tokensRequests',
    ...ratio('tokensSum', 'tokensRequests'),
  }),
  define({
    name: 'prompt_tokens_per_request',
    label: 'Prompt tokens per request',
    group: 'Tokens',
    description: 'Prompt tokens divided by the calls that have a number of them.',
    unit: 'short',
    counted: 'promptRequests',
    ...ratio('promptSum', 'promptRequests'),
  }),
  define({
    name: 'completion_tokens_per_request',
    label: 'Completion tokens per request',
    group: 'Tokens',
    description: 'Completion tokens divided by the calls that have a number of them.',
    unit: 'short',
    counted: 'completionRequests',
    ...ratio('completionSum', 'completionRequests'),
  }),
  define({
    name: 'completion_ratio',
    label: 'Completion ratio',
    group: 'Tokens',
    description: 'Completion tokens divided by prompt tokens, over the calls that have both.',
    unit: 'none',
    counted: 'pairedRequests',
    ...ratio('pairedCompletionSum', 'pairedPromptSum'),
  }),
  define({
    name: 'token_throughput',
    label: 'Token throughput',
    group: 'Throughput',
    description: 'Tokens of all calls per second of time that has passed.',
    unit: 'suffix: tok/s',
    counted: 'tokensRequests',
    ...perSecond('tokensSum'),
  }),
  define({
    name: 'output_speed',
    label: 'Output speed',
    group: 'Throughput',
    description: 'Completion tokens per second of call time, over the calls in which both are above zero.',
    unit: 'suffix: tok/s',
    counted: 'speedRequests',
    ...ratio('speedCompletionSum', 'speedTimeSum', 1e3),
  }),
  define({
    name: 'time_per_output_token',
    label: 'Time per output token',
    group: 'Throughput',
    description: 'Call time per completion token, over the calls in which both are above zero.',
    unit: 'ms',
    counted: 'speedRequests',
    ...ratio('speedTimeSum', 'speedCompletionSum'),
  }),
  define({
    name: 'latency_avg',
    label: 'Latency average',
    group: 'Latency',
    description: 'Mean duration. Calls without a duration are left out.',
    unit: 'ms',
    counted: 'latencyRequests',
    ...ratio('latencySum', 'latencyRequests'),
  }),
  define({
    name: 'latency_min',
    label: 'Latency minimum',
    group: 'Latency',
    description: 'Duration of the fastest call.',
    unit: 'ms',
    partials: ['latencyMin'],
    counted: 'latencyRequests',
    value: (input) => input.partial('latencyMin'),
  }),
  define({
    name: 'latency_max',
    label: 'Latency maximum',
    group: 'Latency',
    description: 'Duration of the slowest call.',
    unit: 'ms',
    partials: ['latencyMax'],
    counted: 'latencyRequests',
    value: (input) => input.partial('latencyMax'),
  }),
  latencyQuantile(50),
  latencyQuantile(75),
  latencyQuantile(90),
  latencyQuantile(95),
  latencyQuantile(99),
  define({
    name: 'concurrency_avg',
    label: 'Average concurrency',
    group: 'Throughput',
    description: 'Calls that run at the same time on average: their durations divided by the time that has passed.',
    unit: 'none',
    counted: 'latencyRequests',
    ...perSecond('latencySum', 1 / 1000),
  }),
  define({
    name: 'zero_output_ratio',
    label: 'Calls without output',
    group: 'Data quality',
    description: 'Share of calls with 0 completion tokens among those that have a number of them.',
    unit: 'percentunit',
    counted: 'completionRequests',
    ...ratio('zeroOutput', 'completionRequests'),
  }),
  define({
    name: 'unfinished_requests',
    label: 'Unfinished requests',
    group: 'Data quality',
    description: 'Calls without an end time.',
    unit: 'short',
    ...total('unfinished'),
  }),
  define({
    name: 'unpriced_requests',
    label: 'Unpriced requests',
    group: 'Data quality',
    description: 'Calls with tokens whose cost is missing or 0.',
    unit: 'short',
    ...total('unpriced'),
  }),
  define({
    name: 'null_latency_requests',
    label: 'Requests without latency',
    group: 'Data quality',
    description: 'Calls without a duration: left out of every latency.',
    unit: 'short',
    ...total('latencyMissing'),
  }),
  define({
    name: 'null_tokens_requests',
    label: 'Requests without tokens',
    group: 'Data quality',
    description: 'Calls without a total number of tokens: left out of the tokens.',
    unit: 'short',
    partials: ['requests', 'tokensRequests'],
    additive: true,
    zeroFill: true,
    value: (input) => (input.partial('requests') ?? 0) - (input.partial('tokensRequests') ?? 0),
  }),
  define({
    name: 'token_mismatch_requests',
    label: 'Token mismatches',
    group: 'Data quality',
    description:
      'Calls whose prompt and completion tokens do not add up to the total, among those that have all three.',
    unit: 'short',
    counted: 'tokenSumRequests',
    ...total('tokenMismatch'),
  }),
  define({
    name: 'duration_mismatch_requests',
    label: 'Duration mismatches',
    group: 'Data quality',
    description:
      'Calls whose end minus start differs from their duration by more than 1 s, among those that have all three.',
    unit: 'short',
    counted: 'durationRequests',
    ...total('durationMismatch'),
  }),
  define({
    name: 'first_seen',
    label: 'First call',
    group: 'Freshness',
    description: 'Start of the first call in the time range.',
    unit: 'dateTimeAsIso',
    kinds: ['summary'],
    partials: ['firstSeen'],
    value: (input) => input.partial('firstSeen'),
  }),
  define({
    name: 'last_seen_age',
    label: 'Time since the last call',
    group: 'Freshness',
    description: 'Seconds since the start of the last call in the time range.',
    unit: 's',
    kinds: ['summary'],
    partials: ['lastSeen'],
    value: (input) => {
      const lastSeen = input.partial('lastSeen');
      return lastSeen === null ? null : (input.now - lastSeen) / 1000;
    },
  }),
];

/** The values of a metric's formula over `partials`. */
export function metricInput(partials: Partials, seconds: number, now: number): MetricInput {
  const partial = (name: PartialName) => {
    const value = partials.values[name] ?? null;
    const { type } = partialDefinition(name);
    return value === null ? null : decimalToNumber(value, type === 'decimal' || type === 'money' ? decimalScale : 0);
  };
  return {
    partial,
    quantile: (name, perMille) => {
      const [min, max] =
        name === 'latency' ? [partial('latencyMin'), partial('latencyMax')] : [partial('costMin'), partial('costMax')];
      const sketch = partials.sketches[name];
      return sketch === undefined || min === null || max === null ? null : sketchQuantile(sketch, perMille, min, max);
    },
    seconds,
    now,
  };
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

function divide(numerator: number | null, denominator: number | null): number | null {
  return numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
}
