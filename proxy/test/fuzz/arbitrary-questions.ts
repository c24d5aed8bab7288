import fc from 'fast-check';
import { filterKeys } from '../../src/query/dimensions/dimensions.ts';
import { groupDimensions } from '../../src/query/dimensions/group-dimensions.ts';
import { metrics } from '../../src/query/metrics/metrics.ts';
import {
  comparisons,
  fills,
  intervals,
  kinds,
  numberOperators,
  shapes,
  summaryParts,
  textOperators,
} from '../../src/query/model/schema.ts';
import { changed, numbers, texts } from './arbitrary-values.ts';
import { days, now } from './open-fuzz-target.ts';

const metricNames = fc.constantFrom(...metrics.map(({ name }) => name), 'new_model', 'budget_crossed');
const dimensionNames = fc.constantFrom(...groupDimensions.map(({ name }) => name));
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/New_York',
  'Australia/Lord_Howe',
  'Mars/Olympus'
);
const operators = fc.constantFrom(...textOperators, ...numberOperators);
const knownTexts = fc.constantFrom('openai', 'anthropic', 'gpt-4o', '(none)', '');

const filters = fc.array(
  fc.record({
    key: fc.constantFrom(...filterKeys.map(({ key }) => key)),
    operator: operators,
    values: fc.array(fc.oneof(knownTexts, texts, numbers), { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 3 }
);

/** Times within the calls, mostly. */
const times = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: now - days * 86_400_000, max: now }) },
  { weight: 1, arbitrary: numbers }
);
export const window = fc
  .tuple(times, times)
  .chain(([one, other]) =>
    fc
      .boolean()
      .map((ordered) => (ordered ? { from: Math.min(one, other), to: Math.max(one, other) } : { from: one, to: other }))
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

/** Questions that mean something: few fields beside those that every one has. */
const plain = fc.oneof(
  fc.record({
    kind: fc.constantFrom('timeseries', 'summary'),
    metrics: fc.uniqueArray(metricNames, { minLength: 1, maxLength: 3 }),
    groupBy: fc.uniqueArray(dimensionNames, { maxLength: 1 }),
    filters,
    timezone: zones,
  }),
  fc.record({
    kind: fc.constant('heatmap'),
    metrics: fc.tuple(fc.constantFrom('requests', 'latency_p95', 'cost')),
    filters,
  }),
  fc.record({ kind: fc.constant('calls'), filters, limit: fc.integer({ min: 1, max: 100 }) }),
  fc.record({
    kind: fc.constant('events'),
    metrics: fc.tuple(fc.constantFrom('new_model', 'budget_crossed')),
    filters,
    parameters: fc.record({ budget: numbers }),
  })
);

const questions = changed(fc.oneof(model, plain));

export const batches = changed(
  fc.record(
    {
      queries: fc
        .array(
          fc
            .tuple(window, questions, fc.record({ intervalMs: numbers, maxDataPoints: numbers }, { requiredKeys: [] }))
            .map(([range, query, points]) => ({ ...range, ...points, query })),
          { minLength: 1, maxLength: 3 }
        )
        .map((queries) => queries.map((query, index) => ({ refId: String.fromCharCode(65 + index), ...query }))),
      context: fc.record(
        { source: fc.constantFrom('panel', 'explore', 'alert', 'unknown'), timezone: zones, dashboardUid: texts },
        { requiredKeys: ['source'] }
      ),
    },
    { requiredKeys: ['queries'] }
  )
);

/** The parameters of GET routes, whichever route it is. */
export const parameters: fc.Arbitrary<[string, string][]> = fc.array(
  fc.oneof(
    fc.tuple(fc.constant('metrics'), metricNames),
    fc.tuple(fc.constant('groupBy'), dimensionNames),
    fc.tuple(fc.constantFrom('from', 'to'), fc.oneof(times.map(String), texts)),
    fc.tuple(
      fc.constant('filter'),
      fc.oneof(
        fc
          .tuple(fc.constantFrom(...filterKeys.map(({ key }) => key)), operators, texts)
          .map((parts) => parts.join(':')),
        texts
      )
    ),
    fc.tuple(fc.constant('interval'), fc.constantFrom('auto', ...intervals)),
    fc.tuple(fc.constant('timezone'), zones),
    fc.tuple(
      fc.constantFrom('top', 'order'),
      fc.oneof(fc.constantFrom('5:cost', '1:requests:false', 'cost:asc', 'start_time'), texts)
    ),
    fc.tuple(
      fc.constantFrom('limit', 'intervalMs', 'maxDataPoints', 'slowMs', 'budget', 'minRequests'),
      fc.oneof(numbers.map(String), fc.constant('10'))
    ),
    fc.tuple(
      fc.constantFrom('cursor', 'search', 'format', 'legend', 'compare', 'fill', 'shape', 'period'),
      fc.oneof(fc.constantFrom('csv', 'json', 'previous', 'zero'), texts)
    ),
    fc.tuple(texts, texts)
  ),
  { maxLength: 5 }
);
