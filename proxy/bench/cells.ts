import { z } from 'zod';
import { noneLabel } from '../src/query/dimensions/dimensions.ts';

/** An answer in a form that two of them can be compared in: the value of a metric by its `cellKey`. */
export type Cells = Map<string, number>;

const dimensions = ['provider', 'model_name'];

const directSchema = z.array(z.record(z.string(), z.union([z.number(), z.string(), z.null()])));

/** The rows of direct SQL: columns are `time` in seconds, dimensions, and metrics. NULL is no value. */
export function cellsOfRows(rows: unknown): Cells {
  const cells: Cells = new Map();
  for (const { time, ...columns } of directSchema.parse(rows)) {
    const names = Object.keys(columns);
    const labels = names.filter((name) => dimensions.includes(name)).map((name) => labelOf(columns[name]));
    for (const metric of names.filter((name) => !dimensions.includes(name))) {
      const value = columns[metric] ?? null;
      if (value !== null) {
        cells.set(cellKey(metric, time === undefined ? null : Number(time) * 1000, labels), Number(value));
      }
    }
  }
  return cells;
}

const framesSchema = z.array(
  z.object({
    schema: z.object({
      fields: z.array(
        z.object({
          name: z.string(),
          type: z.enum(['time', 'number', 'string']),
          labels: z.record(z.string(), z.string()).optional(),
        })
      ),
    }),
    data: z.object({ values: z.array(z.array(z.union([z.number(), z.string(), z.null()]))) }),
  })
);

/** The data frames of the proxy: a frame per series, or a table. */
export function cellsOfFrames(frames: unknown): Cells {
  const cells: Cells = new Map();
  for (const { schema, data } of framesSchema.parse(frames)) {
    const columns = schema.fields.map((field, index) => ({ ...field, values: data.values[index] ?? [] }));
    const time = columns.find(({ type }) => type === 'time');
    const texts = columns.filter(({ type }) => type === 'string');
    for (const { name, labels = {}, values } of columns.filter(({ type }) => type === 'number')) {
      values.forEach((value, row) => {
        const rowLabels = [...Object.values(labels), ...texts.map((text) => labelOf(text.values[row]))];
        if (value !== null) {
          cells.set(cellKey(name, time === undefined ? null : Number(time.values[row]), rowLabels), Number(value));
        }
      });
    }
  }
  return cells;
}

/** Names a value, also for people: `cost, 2026-01-31T00:00:00.000Z, openai`. `time` is in ms. */
export function cellKey(metric: string, time: number | null, labels: readonly string[]): string {
  return [metric, ...(time === null ? [] : [new Date(time).toISOString()]), ...labels].join(', ');
}

/** The metric of a `cellKey`. */
export function metricOf(key: string): string {
  return key.split(', ', 1)[0] ?? '';
}

function labelOf(value: string | number | null | undefined): string {
  return value === null || value === undefined || value === '' ? noneLabel : String(value);
}
