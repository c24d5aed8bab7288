import type { MetricsAnswer } from './answer-metrics.ts';
import type { Answer } from './answer.ts';
import { callFrames } from './call-frames.ts';
import type { Frame, FrameField, FrameMeta } from './frame.ts';
import type { Metric } from './metrics.ts';
import { grafanaUnit } from './units.ts';

type Labels = Record<string, string>;

/** The frames of an answer: a frame per series, a table, or a frame per number. Without data one frame without fields. */
export function answerFrames(answer: Answer, refId: string, currency: string): Frame[] {
  const frames = 'calls' in answer ? callFrames(answer, refId, currency) : metricFrames(answer, refId, currency);
  const [first] = frames;
  if (first !== undefined && answer.notices.length > 0) {
    first.schema.meta.notices = answer.notices;
  }
  return frames;
}

function metricFrames(answer: MetricsAnswer, refId: string, currency: string): Frame[] {
  const { derived, query } = answer;
  const meta = (type: FrameMeta['type']): FrameMeta => ({
    type,
    typeVersion: [0, 1],
    executedQueryString: answer.executedQuery,
  });
  const empty = (type: FrameMeta['type']): Frame[] => [
    { schema: { refId, meta: meta(type), fields: [] }, data: { values: [] } },
  ];
  const several = query.metrics.length > 1;
  const named = (metric: Metric, labels: Labels) => ({
    // Names are not part of an alert instance's identity, labels are.
    labels: several ? { ...labels, metric: metric.name } : labels,
    config: {
      unit: grafanaUnit(metric, currency),
      displayNameFromDS: displayName(query.legend, metric, labels, several),
    },
  });

  if (derived.kind === 'timeseries') {
    const frames = derived.series.map(({ metric, labels, points }): Frame => ({
      schema: {
        refId,
        meta: meta('timeseries-multi'),
        fields: [timeField, numberField(metric.name, named(metric, labels))],
      },
      data: { values: [points.map(([time]) => time), points.map(([, value]) => value)] },
    }));
    return frames.length === 0 ? empty('timeseries-multi') : frames;
  }
  if (query.shape === 'numbers') {
    const frames = derived.rows.flatMap(({ labels, values }) =>
      query.metrics.flatMap((metric, index): Frame[] => {
        const value = values[index] ?? null;
        const field = numberField(metric.name, named(metric, labels));
        return value === null
          ? []
          : [{ schema: { refId, meta: meta('numeric-multi'), fields: [field] }, data: { values: [[value]] } }];
      })
    );
    return frames.length === 0 ? empty('numeric-multi') : frames;
  }
  if (derived.rows.length === 0) {
    return empty('numeric-long');
  }
  const labelFields = query.groupBy.map(({ name, label }): FrameField => ({
    name,
    type: 'string',
    typeInfo: { frame: 'string', nullable: true },
    config: { displayNameFromDS: label },
  }));
  const metricFields = query.metrics.map((metric) =>
    numberField(metric.name, { config: { unit: grafanaUnit(metric, currency), displayNameFromDS: metric.label } })
  );
  return [
    {
      schema: { refId, meta: meta('numeric-long'), fields: [...labelFields, ...metricFields] },
      data: {
        values: [
          ...query.groupBy.map(({ name }) => derived.rows.map(({ labels }) => labels[name] ?? null)),
          ...query.metrics.map((_, index) => derived.rows.map(({ values }) => values[index] ?? null)),
        ],
      },
    },
  ];
}

const timeField: FrameField = { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' } };

function numberField(name: string, rest: Pick<FrameField, 'labels' | 'config'>): FrameField {
  return { name, type: 'number', typeInfo: { frame: 'float64', nullable: true }, ...rest };
}

/** `{{provider}}` and `{{metric}}` in a legend stand for a label's value and the metric's label. */
function displayName(legend: string, metric: Metric, labels: Labels, several: boolean): string {
  if (legend !== '') {
    return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) =>
      name === 'metric' ? metric.label : Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''
    );
  }
  const values = Object.values(labels).join(' ');
  if (values === '') {
    return metric.label;
  }
  return several ? `${values} · ${metric.label}` : values;
}
