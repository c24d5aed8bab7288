import type { MetricsAnswer } from '../answer-metrics.ts';
import type { Answer } from '../answer.ts';
import { callFrames } from '../calls/call-frames.ts';
import type { Derived } from '../derive/derive.ts';
import { eventFrames } from '../events/event-frames.ts';
import { emptyFrame, type Frame, type FrameField, type FrameMeta, numberField } from './frame.ts';
import { heatmapFrames } from './heatmap-frames.ts';
import type { Metric } from '../metrics/metric.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';
import { partWords, type SummaryColumn } from '../derive/summary-columns.ts';
import type { Notice } from './notices.ts';
import { grafanaUnit } from './units.ts';

type Labels = Record<string, string>;
type Summary = Extract<Derived, { kind: 'summary' }>;

/** The frames of an answer: a frame per series, a table, or a frame per number. Without data one frame without fields, or none of a heatmap. */
export function answerFrames(answer: Answer, refId: string, currency: string): Frame[] {
  const frames = framesOf(answer, refId, currency);
  const [first] = frames;
  if (first !== undefined && answer.notices.length > 0) {
    first.schema.meta.notices = oneOfEachSeverity(answer.notices);
  }
  return frames;
}

/** A panel's header shows the last notice of each severity only (Grafana's PanelHeaderNotices). */
function oneOfEachSeverity(notices: readonly Notice[]): Notice[] {
  return [...Map.groupBy(notices, ({ severity }) => severity)].map(([severity, alike]) => ({
    severity,
    text: alike.map(({ text }) => text).join(' '),
  }));
}

function framesOf(answer: Answer, refId: string, currency: string): Frame[] {
  if ('calls' in answer) {
    return callFrames(answer, refId, currency);
  }
  return 'events' in answer ? eventFrames(answer, refId, currency) : metricFrames(answer, refId, currency);
}

function metricFrames(answer: MetricsAnswer, refId: string, currency: string): Frame[] {
  const { derived, query, executedQuery } = answer;
  const meta = (type: FrameMeta['type']): FrameMeta => ({
    type,
    typeVersion: [0, 1],
    executedQueryString: executedQuery,
  });
  if (derived.kind === 'timeseries' && query.kind === 'heatmap') {
    return heatmapFrames(answer, derived.series, refId, currency);
  }
  if (derived.kind === 'timeseries') {
    const frames = derived.series.map(({ metric, labels, points }): Frame => ({
      schema: {
        refId,
        meta: meta('timeseries-multi'),
        fields: [timeField, numberField(metric.name, named(metric, labels, query, currency))],
      },
      data: { values: [points.map(([time]) => time), points.map(([, value]) => value)] },
    }));
    return frames.length === 0 ? [emptyFrame(refId, meta('timeseries-multi'))] : frames;
  }
  if (query.shape === 'numbers') {
    const frames = numbers(derived, query).map(({ column, labels, value }): Frame => {
      const field = numberField(column.name, named(column.metric, labels, query, currency, column.unit));
      return { schema: { refId, meta: meta('numeric-multi'), fields: [field] }, data: { values: [[value]] } };
    });
    return frames.length === 0 ? [emptyFrame(refId, meta('numeric-multi'))] : frames;
  }
  if (derived.rows.length === 0) {
    return [emptyFrame(refId, meta('numeric-long'))];
  }
  return [tableFrame(derived, query, refId, meta('numeric-long'), currency)];
}

interface LabelledNumber {
  column: SummaryColumn;
  labels: Labels;
  value: number;
}

function numbers({ rows, columns }: Summary, { compare }: ResolvedMetrics): LabelledNumber[] {
  return rows.flatMap(({ labels, values }) =>
    columns.flatMap((column, index) => {
      const value = values[index] ?? null;
      return value === null
        ? []
        : [{ column, labels: compare === null ? labels : { ...labels, period: column.part }, value }];
    })
  );
}

function tableFrame(
  { rows, columns }: Summary,
  { groupBy }: ResolvedMetrics,
  refId: string,
  meta: FrameMeta,
  currency: string
): Frame {
  const labelFields = groupBy.map(({ name, label }): FrameField => ({
    name,
    type: 'string',
    typeInfo: { frame: 'string', nullable: true },
    config: { displayNameFromDS: label },
  }));
  const numberFields = columns.map((column) =>
    numberField(column.name, { config: { unit: grafanaUnit(column, currency), displayNameFromDS: column.label } })
  );
  return {
    schema: { refId, meta, fields: [...labelFields, ...numberFields] },
    data: {
      values: [
        ...groupBy.map(({ name }) => rows.map(({ labels }) => labels[name] ?? null)),
        ...columns.map((_, index) => rows.map(({ values }) => values[index] ?? null)),
      ],
    },
  };
}

const timeField: FrameField = { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' } };

/** The labels and the configuration of a value's field. */
function named(
  metric: Metric,
  labels: Labels,
  query: ResolvedMetrics,
  currency: string,
  unit = metric.unit
): Pick<FrameField, 'labels' | 'config'> {
  return {
    // Names are not part of an alert instance's identity, labels are.
    labels: query.metrics.length > 1 ? { ...labels, metric: metric.name } : labels,
    config: { unit: grafanaUnit({ unit }, currency), displayNameFromDS: displayName(metric, labels, query) },
  };
}

/**
 * The legend, in which `{{provider}}`, `{{metric}}` and `{{period}}` stand for a label's value, the metric's label and the
 * period's words. Without one, what tells the values apart.
 */
function displayName(metric: Metric, labels: Labels, { legend, metrics, compare }: ResolvedMetrics): string {
  const { period, ...groups } = labels;
  const parts: Labels = compare === null ? {} : partWords(compare);
  const words = parts[period ?? ''] ?? '';
  if (legend !== '') {
    const texts: Labels = { ...labels, metric: metric.label, ...(period === undefined ? {} : { period: words }) };
    return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) =>
      Object.hasOwn(texts, name) ? (texts[name] ?? '') : ''
    );
  }
  const values = Object.values(groups).join(' ');
  const name = values === '' ? metric.label : metrics.length > 1 ? `${values} · ${metric.label}` : values;
  return period === undefined || period === 'current' ? name : `${name} (${words})`;
}
