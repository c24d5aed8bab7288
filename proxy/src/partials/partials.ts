import { type Expression, type ExpressionBuilder, sql } from 'kysely';
import type { EngineDialect } from '../database/dialect.ts';
import type { MetricsTables } from '../database/tables.ts';
import { addSketch, type Sketch } from './sketch.ts';

/** Digits behind the point that partials keep which are not whole: more than any currency column has. */
export const decimalScale = 18;

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;
type Aggregate = Expression<unknown>;

/** What only some partials need. */
export interface PartialParameters {
  /** A call is slow that takes longer, in ms. */
  slowMs: number;
}

export type Merge = 'add' | 'min' | 'max';

interface PartialDefinition {
  merge: Merge;
  /**
   * `decimal` and `money` are kept in units of 10^-`decimalScale`, `time`, which is a stored date and time, in ms since
   * 1970. Sums of `money` come in the units of the dialect.
   */
  type: 'integer' | 'decimal' | 'money' | 'time';
  /** The parameter of the question that decides which calls count, where one does. */
  dependsOn?: keyof PartialParameters;
  sql: (columns: Columns, dialect: EngineDialect, parameters: PartialParameters) => Aggregate;
}

// Not a sum of ones: MySQL and MariaDB add as DECIMAL, which is slower.
const count = (condition: Expression<unknown>) => sql<number>`count(case when ${condition} then 1 end)`;
// MySQL writes a FLOAT with six digits; a product of it is a DOUBLE, which it writes with all of them.
export const allDigits = (value: Expression<unknown>) => sql`${value} * 1`;
const sumIf = (condition: Expression<unknown>, value: Expression<unknown>) =>
  sql<string | null>`sum(case when ${condition} then ${value} end)`;

const bothPositive = (c: Columns) => c.and([c('completion_tokens', '>', 0), c('total_time', '>', 0)]);
const promptAndCompletion = (c: Columns) =>
  c.and([c('prompt_tokens', 'is not', null), c('completion_tokens', 'is not', null)]);

/**
 * Everything that SQL ever returns about a set of calls, apart from the sketches: counts, sums, minima and maxima that
 * can be merged. Every metric is derived from these.
 */
export const partialDefinitions = {
  requests: { merge: 'add', type: 'integer', sql: (c) => c.fn.countAll() },
  costRequests: { merge: 'add', type: 'integer', sql: (c) => c.fn.count('cost') },
  costSum: { merge: 'add', type: 'money', sql: (c, dialect) => dialect.sumCost(c.ref('cost')) },
  costMax: { merge: 'max', type: 'money', sql: (c) => sql`max(${allDigits(c.ref('cost'))})` },
  // Sketches leave negative values out, so their lower bound does too.
  costMin: {
    merge: 'min',
    type: 'money',
    sql: (c) => sql`min(case when ${c.ref('cost')} >= 0 then ${allDigits(c.ref('cost'))} end)`,
  },
  costRankedRequests: { merge: 'add', type: 'integer', sql: (c) => count(sql`${c.ref('cost')} >= 0`) },
  tokenCostRequests: {
    merge: 'add',
    type: 'integer',
    sql: (c) => count(c.and([c('cost', 'is not', null), c('total_tokens', 'is not', null)])),
  },
  tokenCostSum: {
    merge: 'add',
    type: 'money',
    sql: (c, dialect) => dialect.sumCost(sql`case when ${c('total_tokens', 'is not', null)} then ${c.ref('cost')} end`),
  },
  costTokensSum: { merge: 'add', type: 'integer', sql: (c) => sumIf(c('cost', 'is not', null), c.ref('total_tokens')) },
  tokensRequests: { merge: 'add', type: 'integer', sql: (c) => c.fn.count('total_tokens') },
  tokensSum: { merge: 'add', type: 'integer', sql: (c) => c.fn.sum('total_tokens') },
  promptRequests: { merge: 'add', type: 'integer', sql: (c) => c.fn.count('prompt_tokens') },
  promptSum: { merge: 'add', type: 'integer', sql: (c) => c.fn.sum('prompt_tokens') },
  completionRequests: { merge: 'add', type: 'integer', sql: (c) => c.fn.count('completion_tokens') },
  completionSum: { merge: 'add', type: 'integer', sql: (c) => c.fn.sum('completion_tokens') },
  pairedRequests: { merge: 'add', type: 'integer', sql: (c) => count(promptAndCompletion(c)) },
  pairedPromptSum: { merge: 'add', type: 'integer', sql: (c) => sumIf(promptAndCompletion(c), c.ref('prompt_tokens')) },
  pairedCompletionSum: {
    merge: 'add',
    type: 'integer',
    sql: (c) => sumIf(promptAndCompletion(c), c.ref('completion_tokens')),
  },
  latencyRequests: { merge: 'add', type: 'integer', sql: (c) => count(c('total_time', '>=', 0)) },
  latencySum: { merge: 'add', type: 'decimal', sql: (c) => sumIf(c('total_time', '>=', 0), c.ref('total_time')) },
  latencyMin: {
    merge: 'min',
    type: 'decimal',
    sql: (c) => sql`min(case when ${c('total_time', '>=', 0)} then ${allDigits(c.ref('total_time'))} end)`,
  },
  latencyMax: {
    merge: 'max',
    type: 'decimal',
    sql: (c) => sql`max(case when ${c('total_time', '>=', 0)} then ${allDigits(c.ref('total_time'))} end)`,
  },
  slowRequests: {
    merge: 'add',
    type: 'integer',
    dependsOn: 'slowMs',
    sql: (c, _dialect, { slowMs }) => count(c('total_time', '>', slowMs)),
  },
  latencyMissing: { merge: 'add', type: 'integer', sql: (c) => count(c('total_time', 'is', null)) },
  speedRequests: { merge: 'add', type: 'integer', sql: (c) => count(bothPositive(c)) },
  speedCompletionSum: { merge: 'add', type: 'integer', sql: (c) => sumIf(bothPositive(c), c.ref('completion_tokens')) },
  speedTimeSum: { merge: 'add', type: 'decimal', sql: (c) => sumIf(bothPositive(c), c.ref('total_time')) },
  zeroOutput: { merge: 'add', type: 'integer', sql: (c) => count(c('completion_tokens', '=', 0)) },
  unfinished: { merge: 'add', type: 'integer', sql: (c) => count(c('end_time', 'is', null)) },
  unpriced: {
    merge: 'add',
    type: 'integer',
    sql: (c) =>
      count(c.and([sql<boolean>`(${c.ref('cost')} is null or ${c.ref('cost')} = 0)`, c('total_tokens', '>', 0)])),
  },
  tokenSumRequests: {
    merge: 'add',
    type: 'integer',
    sql: (c) => count(c.and([promptAndCompletion(c), c('total_tokens', 'is not', null)])),
  },
  tokenMismatch: {
    merge: 'add',
    type: 'integer',
    // Added as decimals: a sum of two BIGINT UNSIGNED that has more than 64 bits is an error.
    sql: (c) => count(sql`${c.ref('prompt_tokens')} + 0.0 + ${c.ref('completion_tokens')} <> ${c.ref('total_tokens')}`),
  },
  durationRequests: {
    merge: 'add',
    type: 'integer',
    sql: (c) => count(c.and([c('end_time', 'is not', null), c('total_time', 'is not', null)])),
  },
  durationMismatch: {
    merge: 'add',
    type: 'integer',
    sql: (c, dialect) =>
      count(
        sql`abs(${dialect.millisecondsBetween(c.ref('start_time'), c.ref('end_time'))} - ${c.ref('total_time')}) > 1000`
      ),
  },
  firstSeen: { merge: 'min', type: 'time', sql: (c) => c.fn.min('start_time') },
  lastSeen: { merge: 'max', type: 'time', sql: (c) => c.fn.max('start_time') },
} satisfies Record<string, PartialDefinition>;

export type PartialName = keyof typeof partialDefinitions;
export type SketchName = 'latency' | 'cost';

export const partialNames = Object.keys(partialDefinitions) as PartialName[];

/** What is known of one group in one bucket. Null where no row has a value: a sum of nothing is not 0. */
export interface Partials {
  values: Partial<Record<PartialName, bigint | null>>;
  sketches: Partial<Record<SketchName, Sketch>>;
}

export function partialDefinition(name: PartialName): PartialDefinition {
  return partialDefinitions[name];
}

/** The digits behind the point that a partial's whole units have. */
export function scaleOf(name: PartialName): number {
  const { type } = partialDefinition(name);
  return type === 'decimal' || type === 'money' ? decimalScale : 0;
}

/** Merges `value` into what is there already. */
function mergePartial(name: PartialName, present: bigint | null | undefined, value: bigint | null): bigint | null {
  if (present === undefined || present === null) {
    return value;
  }
  if (value === null) {
    return present;
  }
  const { merge } = partialDefinition(name);
  switch (merge) {
    case 'add':
      return present + value;
    case 'min':
      return value < present ? value : present;
    case 'max':
      return value > present ? value : present;
    default:
      return merge satisfies never;
  }
}

/** Adds the calls of `source` to those of `target`. */
export function addPartials(target: Partials, source: Partials): void {
  // Not by Object.entries: rollups add millions.
  for (const key in source.values) {
    const name = key as PartialName;
    target.values[name] = mergePartial(name, target.values[name], source.values[name] ?? null);
  }
  for (const key in source.sketches) {
    const name = key as SketchName;
    const sketch = source.sketches[name];
    if (sketch !== undefined) {
      addSketch((target.sketches[name] ??= { parts: [] }), sketch);
    }
  }
}

/** The same calls, to be added to. */
export function copyPartials({ values, sketches }: Partials): Partials {
  const copy: Partials = { values: { ...values }, sketches: {} };
  for (const key in sketches) {
    const name = key as SketchName;
    copy.sketches[name] = { parts: [...(sketches[name]?.parts ?? [])] };
  }
  return copy;
}

/** No calls. */
export function noPartials(): Partials {
  return { values: {}, sketches: {} };
}

/** The partial whose value, wherever a sketch is, is the number of its values. */
export function sketchCount(sketch: SketchName): PartialName {
  return sketch === 'latency' ? 'latencyRequests' : 'costRankedRequests';
}
