import { z } from 'zod';
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

const filterSchema = z.strictObject({
  key: text,
  operator: z.enum([...textOperators, '>', '>=', '<', '<=']),
  values: z
    .array(z.union([text, z.number()], 'must be text or a finite number'))
    .min(1, 'must hold at least one value'),
});

// Template variables and provisioned files have numbers as text.
const positiveNumber = z
  .union([z.number(), z.string()], 'must be a positive number')
  .transform((value) => parseNumber(value) ?? Number.NaN)
  .pipe(z.number('must be a positive number').positive('must be a positive number'));

/** A question of the current version, as dashboards, alert rules and programs send it: every field, strictly. */
export const querySchema = z.strictObject({
  schemaVersion: z.literal(currentVersion).default(currentVersion),
  kind: z.enum(kinds).default('timeseries'),
  metrics: z
    .array(text, 'must be a list of metric names')
    .min(1, 'must name at least one metric')
    .max(10, 'must name at most 10 metrics')
    .optional(),
  groupBy: z.array(text).max(2, 'must name at most 2 dimensions').default([]),
  filters: z.array(filterSchema).default([]),
  interval: z.enum(['auto', ...intervals]).default('auto'),
  timezone: text.refine(isTimeZone, 'must be an IANA time zone such as UTC or Europe/Berlin').optional(),
  fill: z.enum(fills).default('none'),
  top: z.strictObject({ limit: z.int().min(1).max(maxTop), by: text, other: z.boolean().default(true) }).optional(),
  compare: z.enum(comparisons).default('none'),
  period: z.enum(summaryParts).optional(),
  minRequests: z.int().min(0).max(1_000_000_000).default(0),
  shape: z.enum(shapes).default('table'),
  legend: text.default(''),
  order: z.strictObject({ by: text, direction: z.enum(['asc', 'desc']).default('desc') }).optional(),
  limit: z.int().min(1).optional(),
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
