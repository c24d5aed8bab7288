import { z } from 'zod';
import { mustBe } from '../../plain-issue.ts';
import { isTimeZone } from '../../time/time-zone.ts';
import { currentVersion } from './migrate.ts';
import { parseNumber } from './parse-number.ts';

export const kinds = ['timeseries', 'summary', 'heatmap', 'calls', 'events'] as const;
export const intervals = ['1m', '5m', '15m', '30m', '1h', '6h', 'day', 'week', 'month'] as const;
export const textOperators = ['=', '!=', 'in', 'not in', 'starts with', 'contains'] as const;
export const numberOperators = ['=', '!=', '>', '>=', '<', '<='] as const;
export const fills = ['none', 'zero'] as const;
export const shapes = ['table', 'numbers'] as const;
export const comparisons = ['none', 'previous', 'day', 'week', 'month'] as const;
export const summaryParts = ['current', 'previous', 'delta', 'delta_ratio'] as const;

const maxTextLength = 256;
/** As many groups can be asked for by their rank. */
export const maxTop = 100;
/** Of a cursor, in characters: the id of a call may be a text. */
export const maxCursorLength = 4096;

const text = z
  .string()
  .max(maxTextLength)
  .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

/** One issue for whatever is wrong, so that all of what is allowed is said at once. */
const wholeNumber = (min: number, max = Number.POSITIVE_INFINITY) => {
  const range =
    max === Number.POSITIVE_INFINITY ? `of at least ${String(min)}` : `from ${String(min)} to ${String(max)}`;
  const error: z.core.$ZodErrorMap = (issue) => mustBe(`a whole number ${range}`, issue);
  return z.number({ error }).refine((value) => Number.isInteger(value) && value >= min && value <= max, { error });
};

const filterSchema = z.strictObject({
  key: text,
  operator: z.enum([...textOperators, '>', '>=', '<', '<=']),
  values: z
    .array(z.union([text, z.number()], { error: (issue) => mustBe('text or a finite number', issue) }))
    .min(1, 'must hold at least one value'),
});

// Template variables and provisioned files have numbers as text.
const positive: z.core.$ZodErrorMap = (issue) => mustBe('a positive number', issue);
const positiveNumber = z
  .union([z.number(), z.string()], { error: positive })
  .refine((value) => (parseNumber(value) ?? 0) > 0, { error: positive })
  .transform(Number);

/** A question of the current version, as dashboards, alert rules and programs send it: every field, strictly. */
export const querySchema = z.strictObject({
  schemaVersion: z.literal(currentVersion).default(currentVersion),
  kind: z.enum(kinds).default('timeseries'),
  metrics: z
    .array(text, { error: (issue) => mustBe('a list of metric names', issue) })
    .min(1, 'must name at least one metric')
    .max(10, 'must name at most 10 metrics')
    .optional(),
  groupBy: z.array(text).max(2, 'must name at most 2 dimensions').default([]),
  filters: z.array(filterSchema).default([]),
  interval: z.enum(['auto', ...intervals]).default('auto'),
  timezone: text.refine(isTimeZone, 'must be an IANA time zone such as UTC or Europe/Berlin').optional(),
  fill: z.enum(fills).default('none'),
  top: z.strictObject({ limit: wholeNumber(1, maxTop), by: text, other: z.boolean().default(true) }).optional(),
  compare: z.enum(comparisons).default('none'),
  period: z.enum(summaryParts).optional(),
  minRequests: wholeNumber(0, 1_000_000_000).default(0),
  shape: z.enum(shapes).default('table'),
  legend: text.default(''),
  order: z.strictObject({ by: text, direction: z.enum(['asc', 'desc']).default('desc') }).optional(),
  // At most as many rows as the settings allow, which is judged where they are known.
  limit: wholeNumber(1).optional(),
  cursor: z.string().max(maxCursorLength).optional(),
  parameters: z.strictObject({ slowMs: positiveNumber.optional(), budget: positiveNumber.optional() }).default({}),
});

/** A question as it may be written down: what has a default may be left out. */
export type QueryInput = z.input<typeof querySchema>;
export type Query = z.output<typeof querySchema>;
/** A question about metrics: it names at least one. */
export type MetricsQuery = Query & { kind: 'timeseries' | 'summary' | 'heatmap'; metrics: string[] };
/** A question about single calls: a page of them. */
export type CallsQuery = Pick<Query, 'filters' | 'order' | 'limit' | 'cursor'> & { kind: 'calls' };
/** A question about events: it names at least one. */
export type EventsQuery = Pick<Query, 'filters' | 'timezone' | 'parameters'> & { kind: 'events'; metrics: string[] };
export type Filter = Query['filters'][number];
export type Kind = (typeof kinds)[number];
export type Interval = (typeof intervals)[number];
