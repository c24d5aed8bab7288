import { stringify } from 'csv-stringify/sync';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { ApiError } from '../errors.ts';
import type { Column, Row } from '../query/output/rows.ts';
import type { Env } from './env.ts';
import { readOnce } from './query-parameters.ts';

const formats = ['json', 'csv'] as const;

/** Which format an answer shall have: `format=json|csv`, else by the Accept header, else JSON. */
export function answerFormat(c: Context<Env>, parameters: URLSearchParams): (typeof formats)[number] {
  const asked = readOnce(parameters, 'format');
  if (asked !== undefined) {
    const format = formats.find((candidate) => candidate === asked);
    if (format === undefined) {
      throw new ApiError('invalid_request', `format: must be one of ${formats.join(', ')}`);
    }
    return format;
  }
  const supports = ['application/json', 'text/csv'];
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/csv' ? 'csv' : 'json';
}

/**
 * Rows as CSV (RFC 4180) under a header of column names: the same numbers as in JSON, nothing for null. Text that a
 * spreadsheet would take for a formula begins with an apostrophe.
 */
export function csvAnswer(c: Context<Env>, name: string, columns: readonly Column[], rows: readonly Row[]): Response {
  const text = stringify([...rows], {
    header: true,
    columns: columns.map((column) => ({ key: column.name, header: column.name })),
    escape_formulas: true,
    // A negative number is no formula.
    cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
    record_delimiter: 'windows',
  });
  c.header('Content-Type', 'text/csv; charset=utf-8');
  c.header('Content-Disposition', `attachment; filename="ai-metrics-${name}.csv"`);
  return c.body(text);
}
