import type { CallsAnswer } from '../calls/answer-calls.ts';
import type { EventsAnswer } from '../events/answer-events.ts';
import type { MetricsAnswer } from '../answer-metrics.ts';
import type { Answer } from '../answer.ts';
import { callColumns } from '../calls/call-columns.ts';
import type { Derived } from '../derive/derive.ts';
import { describeEvent, eventColumns } from '../events/event-columns.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';
import { grafanaUnit } from './units.ts';

/** A column of rows: times are ISO 8601 in UTC. What is missing is null. */
export interface Column {
  name: string;
  label: string;
  type: 'time' | 'text' | 'number';
  unit?: string;
}

export type Row = Record<string, string | number | null>;

/** An answer as rows: one per bucket and group for a time series, one per group for a summary, one per call or event. */
export function answerRows(answer: Answer, currency: string): { columns: Column[]; rows: Row[] } {
  if ('calls' in answer) {
    return callRows(answer, currency);
  }
  return 'events' in answer ? eventRows(answer, currency) : metricRows(answer, currency);
}

function eventRows({ events }: EventsAnswer, currency: string): { columns: Column[]; rows: Row[] } {
  const rows = events.map((event) => {
    const row = describeEvent(event, currency);
    return { ...row, time: isoTime(row.time) };
  });
  return { columns: [...eventColumns], rows };
}

function callRows({ calls }: CallsAnswer, currency: string): { columns: Column[]; rows: Row[] } {
  const columns = callColumns.map(({ name, label, type, ...rest }) => ({
    name,
    label,
    type,
    ...('unit' in rest ? { unit: grafanaUnit(rest, currency) } : {}),
  }));
  const rows = calls.map((call) => ({
    ...call,
    start_time: isoTime(call.start_time),
    end_time: call.end_time === null ? null : isoTime(call.end_time),
  }));
  return { columns, rows };
}

function metricRows({ query, derived }: MetricsAnswer, currency: string): { columns: Column[]; rows: Row[] } {
  return derived.kind === 'summary' ? summaryRows(query, derived, currency) : seriesRows(query, derived, currency);
}

function summaryRows(
  { groupBy }: ResolvedMetrics,
  { columns, rows }: Extract<Derived, { kind: 'summary' }>,
  currency: string
): { columns: Column[]; rows: Row[] } {
  return {
    columns: [
      ...groupBy.map(({ name, label }) => ({ name, label, type: 'text' as const })),
      ...columns.map((column) => ({
        name: column.name,
        label: column.label,
        type: 'number' as const,
        unit: grafanaUnit(column, currency),
      })),
    ],
    rows: rows.map(({ labels, values }) => ({
      ...labels,
      ...Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null])),
    })),
  };
}

function seriesRows(
  { groupBy, compare, metrics }: ResolvedMetrics,
  { series }: Extract<Derived, { kind: 'timeseries' }>,
  currency: string
): { columns: Column[]; rows: Row[] } {
  const columns: Column[] = [
    { name: 'time', label: 'Time', type: 'time' },
    ...groupBy.map(({ name, label }) => ({ name, label, type: 'text' as const })),
    ...(compare === null ? [] : [{ name: 'period', label: 'Period', type: 'text' as const }]),
    ...metrics.map((metric) => ({
      name: metric.name,
      label: metric.label,
      type: 'number' as const,
      unit: grafanaUnit(metric, currency),
    })),
  ];
  const noValues = Object.fromEntries(metrics.map(({ name }) => [name, null]));
  const rows = new Map<string, { time: number; row: Row }>();
  for (const { metric, labels, points } of series) {
    for (const [time, value] of points) {
      const key = JSON.stringify([time, ...Object.values(labels)]);
      const row = rows.get(key)?.row ?? { time: isoTime(time), ...labels, ...noValues };
      rows.set(key, { time, row: { ...row, [metric.name]: value } });
    }
  }
  return { columns, rows: [...rows.values()].sort((a, b) => a.time - b.time).map(({ row }) => row) };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
