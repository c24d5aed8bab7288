import fc from 'fast-check';
import { numberOperators, type QueryInput, textOperators } from '../../../src/query/model/schema.ts';
import { metrics } from '../../../src/query/metrics/metrics.ts';
import { models, monitors, providers } from './calls.ts';
import { distance, length } from './times.ts';

/** A question about a range that begins `from` ms from the place; `now` is as far from the range's end. */
export interface Question {
  query: QueryInput;
  from: number;
  length: number;
  now: number;
  maxDataPoints: number;
}

type Filters = NonNullable<QueryInput['filters']>;

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Asia/Shanghai', 'America/St_Johns', 'Australia/Lord_Howe'];
const day = 86_400_000;
const widths = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '30m': 1_800_000, '1h': 3_600_000, '6h': day / 4 };
const mostPoints = 2000;

const labels = {
  provider: providers.map((text) => (text === null || text === '' ? '(none)' : text)),
  model_name: models.map((text) => (text === null || text === '' ? '(none)' : text)),
  monitor_id: monitors.map((text) => text ?? '(none)'),
};

function textFilter(key: keyof typeof labels): fc.Arbitrary<Filters[number]> {
  const label = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...labels[key]) },
    { weight: 1, arbitrary: fc.constantFrom('open', 'gpt', '5', '%', '') }
  );
  return fc
    .tuple(fc.constantFrom(...textOperators), fc.uniqueArray(label, { minLength: 1, maxLength: 4 }))
    .map(([operator, values]) => ({
      key,
      operator,
      values: operator === 'in' || operator === 'not in' ? values : values.slice(0, 1),
    }));
}

/** On what rollups have, and sometimes on what only rows have. */
const filter: fc.Arbitrary<Filters[number]> = fc.oneof(
  { weight: 6, arbitrary: textFilter('provider') },
  { weight: 6, arbitrary: textFilter('model_name') },
  { weight: 1, arbitrary: textFilter('monitor_id') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('total_time', 'cost', 'total_tokens'), fc.constantFrom(...numberOperators), fc.nat(3000))
      .map(([key, operator, value]) => ({ key, operator, values: [value] })),
  }
);
const filters: fc.Arbitrary<Filters> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Filters>([]) },
  { weight: 3, arbitrary: fc.array(filter, { minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.array(filter, { minLength: 2, maxLength: 3 }) }
);

const groupBy: fc.Arbitrary<string[]> = fc.oneof(
  fc.constantFrom<string[][]>(
    [],
    ['provider'],
    ['model_name'],
    ['provider', 'model_name'],
    ['model_name', 'provider'],
    ['hour_of_day'],
    ['day_of_week'],
    ['provider', 'hour_of_day'],
    ['day_of_week', 'hour_of_day'],
    ['day_of_week', 'model_name']
  ),
  fc.uniqueArray(fc.constantFrom('provider', 'model_name', 'hour_of_day', 'day_of_week', 'monitor_id'), {
    maxLength: 2,
  })
);

const top = fc.option(
  fc.record({
    limit: fc.integer({ min: 1, max: 4 }),
    by: fc.constantFrom('requests', 'cost', 'latency_p95', 'tokens', 'cost_mtd'),
    other: fc.boolean(),
  }),
  { nil: undefined, freq: 2 }
);

const compare = fc.oneof(
  { weight: 3, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom('previous' as const, 'day' as const, 'week' as const, 'month' as const) }
);

function metricNames(kind: 'timeseries' | 'summary', comparable: boolean): fc.Arbitrary<string[]> {
  const fit = metrics.filter((metric) => metric.kinds.includes(kind) && (metric.comparable || !comparable));
  return fc.oneof(
    fc.uniqueArray(fc.constantFrom(...fit.map(({ name }) => name)), { minLength: 1, maxLength: 5 }),
    fc.constantFrom<string[][]>(
      ['requests'],
      ['cost'],
      ['latency_p95'],
      ['requests', 'cost', 'latency_p50', 'cost_p95']
    )
  );
}

const parameters = fc.record({
  slowMs: fc.oneof(fc.constant(10_000), fc.constant(1000), fc.integer({ min: 1, max: 100_000 })),
  budget: fc.constant(1000),
});

const common = { groupBy, filters, timezone: fc.constantFrom(...zones), top, parameters };

const timeseries: fc.Arbitrary<QueryInput> = compare.chain((compared) =>
  fc.record({
    kind: fc.constant('timeseries' as const),
    metrics: metricNames('timeseries', compared !== 'none'),
    compare: fc.constant(compared),
    interval: fc.constantFrom('auto', '1m', '5m', '15m', '30m', '1h', '6h', 'day', 'week', 'month'),
    fill: fc.constantFrom('none', 'none', 'zero'),
    minRequests: fc.constantFrom(0, 0, 0, 0, 0, 0, 2),
    ...common,
  })
);

const summary: fc.Arbitrary<QueryInput> = compare.chain((compared) =>
  fc.record({
    kind: fc.constant('summary' as const),
    metrics: metricNames('summary', compared !== 'none'),
    compare: fc.constant(compared),
    minRequests: fc.constantFrom(0, 0, 0, 0, 0, 0, 2),
    ...common,
  })
);

const heatmap: fc.Arbitrary<QueryInput> = fc.record({
  kind: fc.constant('heatmap' as const),
  metrics: fc.constantFrom<string[][]>(['requests'], ['cost'], ['latency_p95']),
  interval: fc.constantFrom('auto', '5m', '1h', '6h', 'day'),
  filters,
  timezone: common.timezone,
});

const events: fc.Arbitrary<QueryInput> = fc.record({
  kind: fc.constant('events' as const),
  metrics: fc.constantFrom<string[][]>(['new_model'], ['budget_crossed']),
  filters,
  timezone: common.timezone,
  parameters: fc.record({ budget: fc.constantFrom(1, 50, 1000) }),
});

export const question: fc.Arbitrary<Question> = fc
  .record({
    query: fc.oneof(
      { weight: 6, arbitrary: timeseries },
      { weight: 5, arbitrary: summary },
      { weight: 1, arbitrary: heatmap },
      { weight: 1, arbitrary: events }
    ),
    around: fc.oneof(distance, fc.integer({ min: 0, max: 180_000 })),
    before: fc.constantFrom(0.5, 0.1, 0.9, 0, 1),
    length,
    now: fc.oneof(fc.constant(day), fc.integer({ min: -2 * day, max: 2 * day })),
    maxDataPoints: fc.constantFrom(1000, 100, 20),
  })
  .map(({ around, before, ...asked }) => fitting({ ...asked, from: around - Math.floor(before * asked.length) }));

/** Without what no question may have: an order of groups where there are none, or more points than anyone can look at. */
function fitting(asked: Question): Question {
  const { groupBy: dimensions = [], top: ranking, interval, ...rest } = asked.query;
  const needsTop = dimensions.includes('monitor_id');
  const chosen = needsTop ? (ranking ?? { limit: 2, by: 'requests', other: true }) : ranking;
  const width = new Map(Object.entries(widths)).get(interval ?? '') ?? day;
  const tooFine = asked.length / width > mostPoints;
  const query: QueryInput = { ...rest };
  if (dimensions.length > 0) {
    query.groupBy = dimensions;
    if (chosen !== undefined) {
      query.top = chosen;
    }
  }
  if (interval !== undefined) {
    query.interval = tooFine ? 'auto' : interval;
  }
  return { ...asked, query };
}
