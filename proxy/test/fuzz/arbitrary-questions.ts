import fc from 'fast-check';
import { filterKeys } from '../../src/query/dimensions/dimensions.ts';
import { groupDimensions } from '../../src/query/dimensions/group-dimensions.ts';
import { metrics } from '../../src/query/metrics/metrics.ts';
import { comparisons, fills, intervals, kinds, shapes, summaryParts } from '../../src/query/model/schema.ts';
import { changed, numbers, texts } from './arbitrary-values.ts';
import { days, now } from './open-fuzz-target.ts';

const positive = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: numbers }
);
const metricNames = fc.constantFrom(...metrics.map(({ name }) => name), 'new_model', 'budget_crossed');
const metricsOf = (kind: 'timeseries' | 'summary' | 'heatmap') =>
  fc.constantFrom(...metrics.filter(({ kinds: known }) => known.includes(kind)).map(({ name }) => name));
const dimensionNames = fc.constantFrom(...groupDimensions.map(({ name }) => name));
const groupNames = fc.constantFrom(...groupDimensions.filter(({ needsTop }) => !needsTop).map(({ name }) => name));
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/New_York',
  'Australia/Lord_Howe'
);

const knownTexts = fc.constantFrom('openai', 'anthropic', 'gpt-4o', '(none)', '');
const numberTexts = numbers.map((number) => (Object.is(number, -0) ? '0' : String(number)));

const filter = fc.constantFrom(...filterKeys).chain(({ key, type, operators: fitting }) =>
  fc.constantFrom<string>(...fitting).chain((operator) => {
    const value = type === 'text' ? fc.oneof(knownTexts, texts) : fc.oneof(numbers, numberTexts);
    const many = operator === 'in' || operator === 'not in';
    return fc.record({
      key: fc.constant<string>(key),
      operator: fc.constant(operator),
      values: fc.array(value, { minLength: 1, maxLength: many ? 4 : 1 }),
    });
  })
);
const filters = fc.array(filter, { maxLength: 2 });

/** Times within the calls, mostly, and mostly in their order. */
const time = fc.integer({ min: now - days * 86_400_000, max: now });
const anyTime = fc.oneof({ weight: 3, arbitrary: time }, { weight: 1, arbitrary: numbers });
export const window = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(time, fc.integer({ min: 1, max: days * 86_400_000 }))
      .map(([from, ms]) => ({ from, to: from + ms })),
  },
  { weight: 1, arbitrary: fc.record({ from: anyTime, to: anyTime }) }
);

/** A question as the editor makes it, though perhaps not for its kind. */
const model = fc.record(
  {
    schemaVersion: fc.constant(1),
    kind: fc.constantFrom(...kinds),
    metrics: fc.uniqueArray(metricNames, { minLength: 1, maxLength: 3 }),
    groupBy: fc.uniqueArray(dimensionNames, { maxLength: 2 }),
    filters,
    interval: fc.constantFrom('auto', ...intervals),
    timezone: zones,
    fill: fc.constantFrom(...fills),
    top: fc.record({ limit: fc.integer({ min: 1, max: 100 }), by: metricNames, other: fc.boolean() }),
    compare: fc.constantFrom(...comparisons),
    period: fc.constantFrom(...summaryParts),
    minRequests: fc.nat(100),
    shape: fc.constantFrom(...shapes),
    legend: fc.oneof(fc.constant('{{provider}} {{model_name}}'), texts),
    order: fc.record({
      by: fc.oneof(metricNames, dimensionNames, fc.constant('start_time')),
      direction: fc.constantFrom('asc', 'desc'),
    }),
    limit: fc.integer({ min: 1, max: 1000 }),
    cursor: texts,
    parameters: fc.record({ slowMs: numbers, budget: numbers }, { requiredKeys: [] }),
  },
  { requiredKeys: ['kind', 'metrics'] }
);

const half = { requiredKeys: [] };

/** Fields that go together. */
const plain = fc.oneof(
  fc
    .tuple(
      fc.record({
        kind: fc.constant('timeseries'),
        metrics: fc.uniqueArray(metricsOf('timeseries'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record(
        {
          groupBy: fc.uniqueArray(groupNames, { maxLength: 2 }),
          filters,
          timezone: zones,
          interval: fc.constantFrom('auto', '1h', '6h', 'day', 'week', 'month'),
          minRequests: fc.nat(3),
          legend: texts,
          shape: fc.constantFrom(...shapes),
        },
        half
      )
    )
    .map((parts) => Object.assign({}, ...parts) as Record<string, unknown>),
  fc
    .tuple(
      fc.record({
        kind: fc.constant('summary'),
        metrics: fc.uniqueArray(metricsOf('summary'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record(
        {
          groupBy: fc.uniqueArray(groupNames, { maxLength: 2 }),
          filters,
          timezone: zones,
          compare: fc.constantFrom(...comparisons),
          limit: fc.integer({ min: 1, max: 50 }),
          shape: fc.constantFrom(...shapes),
          parameters: fc.record({ slowMs: positive, budget: positive }),
        },
        half
      )
    )
    .map((parts) => Object.assign({}, ...parts) as Record<string, unknown>),
  fc.record({ kind: fc.constant('heatmap'), metrics: fc.tuple(metricsOf('heatmap')), filters, timezone: zones }),
  fc.record({
    kind: fc.constant('calls'),
    filters,
    limit: fc.integer({ min: 1, max: 50 }),
    order: fc.record({
      by: fc.constantFrom('start_time', 'total_time', 'cost', 'total_tokens'),
      direction: fc.constantFrom('asc', 'desc'),
    }),
  }),
  fc.record({
    kind: fc.constant('events'),
    metrics: fc.constantFrom(['new_model'], ['budget_crossed'], ['new_model', 'budget_crossed']),
    filters,
    parameters: fc.record({ budget: positive }),
  })
);

const questions = changed(fc.oneof({ weight: 1, arbitrary: model }, { weight: 4, arbitrary: plain }), 3);

const points = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { intervalMs: fc.integer({ min: 1, max: 10_000_000 }), maxDataPoints: fc.integer({ min: 1, max: 2000 }) },
      half
    ),
  },
  { weight: 1, arbitrary: fc.record({ intervalMs: numbers, maxDataPoints: numbers }, half) }
);

export const batches = changed(
  fc.record(
    {
      queries: fc
        .array(
          fc.tuple(window, questions, points).map(([range, query, others]) => ({ ...range, ...others, query })),
          { minLength: 1, maxLength: 3 }
        )
        .map((queries) => queries.map((query, index) => ({ refId: String.fromCharCode(65 + index), ...query }))),
      context: fc.record(
        { source: fc.constantFrom('panel', 'explore', 'alert', 'unknown'), timezone: zones, dashboardUid: texts },
        { requiredKeys: ['source'] }
      ),
    },
    { requiredKeys: ['queries'] }
  ),
  4
);

const parameterOf: Record<string, fc.Arbitrary<string>> = {
  metrics: fc.uniqueArray(metricsOf('summary'), { minLength: 1, maxLength: 3 }).map((names) => names.join(',')),
  groupBy: groupNames,
  filter: filter.map(({ key, operator, values }) =>
    [key, operator, values.map((value) => String(value).replaceAll(/[|\\]/g, String.raw`\$&`)).join('|')].join(':')
  ),
  interval: fc.constantFrom('auto', ...intervals),
  timezone: zones,
  top: fc.constantFrom('5:cost', '1:requests:false'),
  order: fc.constantFrom('cost:asc', 'start_time', 'requests'),
  limit: fc.integer({ min: 1, max: 100 }).map(String),
  maxDataPoints: fc.integer({ min: 1, max: 2000 }).map(String),
  slowMs: positive.map(String),
  compare: fc.constantFrom(...comparisons),
  format: fc.constantFrom('csv', 'json'),
  search: texts,
  cursor: texts,
};

const parameter = fc
  .constantFrom(...Object.keys(parameterOf))
  .chain((name) => fc.tuple(fc.constant(name), parameterOf[name] ?? texts));

/** The parameters of GET routes, which of them a route knows or not: it may need `metrics`. */
export const parameters: fc.Arbitrary<[string, string][]> = fc
  .tuple(
    fc.oneof(fc.constant([]), fc.tuple(fc.tuple(fc.constant('metrics'), metricsOf('timeseries')))),
    fc.oneof(
      fc.constant([]),
      window.map(({ from, to }): [string, string][] => [
        ['from', String(from)],
        ['to', String(to)],
      ])
    ),
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: parameter },
        { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...Object.keys(parameterOf)), texts) },
        { weight: 1, arbitrary: fc.tuple(texts, texts) }
      ),
      { maxLength: 3 }
    )
  )
  .map((parts) => parts.flat());
