import { z } from 'zod';
import { instantOfWallTime } from '../../time/time-zone.ts';
import { wallMs } from '../../time/wall-text.ts';
import { type Call, callColumns } from './call-columns.ts';
import { decimalToNumber, parseDecimal } from '../../partials/decimal.ts';
import { decimalScale } from '../../partials/partials.ts';

type StoredValue = string | number | null;

/** A row as drivers return it: numbers may come as text (DECIMAL, BIGINT) or as numbers. */
export const storedCallSchema = z.record(
  z.enum(callColumns.map(({ name }) => name)),
  z.union([z.string(), z.number()]).nullable()
);

export type StoredCall = z.infer<typeof storedCallSchema>;

/** The zones in which the two times of a call are stored. */
export interface StoredZones {
  start: string;
  end: string;
}

/** Reads stored rows as calls. Numbers are the float64 that metrics would have. */
export function readCalls(rows: readonly StoredCall[], zones: StoredZones): Call[] {
  return rows.map((row) => ({
    start_time: readTime(String(row.start_time), zones.start),
    provider: readText(row.provider),
    model_name: readText(row.model_name),
    total_time: readNumber(row.total_time),
    cost: readNumber(row.cost),
    total_tokens: readNumber(row.total_tokens),
    prompt_tokens: readNumber(row.prompt_tokens),
    completion_tokens: readNumber(row.completion_tokens),
    monitor_id: readText(row.monitor_id),
    end_time: isTime(row.end_time) ? readTime(row.end_time, zones.end) : null,
    id: String(row.id),
  }));
}

// MySQL's zero date, which older tables have for want of a time, is none.
function isTime(value: StoredValue): value is string {
  return typeof value === 'string' && !value.startsWith('0000-00-00');
}

function readTime(text: string, zone: string): number {
  return instantOfWallTime(zone, wallMs(text));
}

function readText(value: StoredValue): string | null {
  return value === null ? null : String(value);
}

function readNumber(value: StoredValue): number | null {
  return value === null ? null : decimalToNumber(parseDecimal(value, decimalScale), decimalScale);
}
