import type { MetricsAnswer } from '../answer-metrics.ts';
import type { Bucket } from '../windows/buckets.ts';
import type { Series } from '../derive/derive.ts';
import { type Frame, type FrameField, type FrameMeta, numberField } from './frame.ts';
import { latencyRow, rowBounds } from '../dimensions/latency-rows.ts';
import { grafanaUnit } from './units.ts';

/** A rectangle of a heatmap: calls that started in a bucket and took from `min` to `max` ms. */
interface Cell {
  /** The end of the bucket, in ms since 1970. */
  end: number;
  min: number;
  max: number;
  value: number | null;
}

/**
 * The cells that have calls, by time, then from the bottom to the top, in the form that Grafana's heatmap panel knows from
 * Prometheus' native histograms: it finds fields by these names, and its y axis is logarithmic. Without any there is no
 * frame: the panel shows an error for one without fields or rows.
 */
export function heatmapFrames(
  { query, executedQuery }: MetricsAnswer,
  series: readonly Series[],
  refId: string,
  currency: string
): Frame[] {
  const cells = withColumnWidth(heatmapCells(series, query.grid.buckets), query.grid.buckets);
  if (cells.length === 0) {
    return [];
  }
  const meta: FrameMeta = {
    type: 'heatmap-cells',
    typeVersion: [0, 1],
    executedQueryString: executedQuery,
    preferredVisualisationPluginId: 'heatmap',
  };
  const [metric] = query.metrics;
  const [bucket] = query.grid.buckets;
  const fields: FrameField[] = [
    {
      name: 'xMax',
      type: 'time',
      typeInfo: { frame: 'time.Time' },
      config: { displayNameFromDS: 'End', ...(bucket === undefined ? {} : { interval: bucket.end - bucket.start }) },
    },
    numberField('yMin', { config: { unit: 'ms', displayNameFromDS: 'Duration from' } }),
    numberField('yMax', { config: { unit: 'ms', displayNameFromDS: 'Duration to' } }),
    ...(metric === undefined
      ? []
      : [numberField('count', { config: { unit: grafanaUnit(metric, currency), displayNameFromDS: metric.label } })]),
  ];
  const values = [
    cells.map(({ end }) => end),
    cells.map(({ min }) => min),
    cells.map(({ max }) => max),
    cells.map(({ value }) => value),
  ];
  return [{ schema: { refId, meta, fields }, data: { values } }];
}

function heatmapCells(series: readonly Series[], buckets: readonly Bucket[]): Cell[] {
  const ends = new Map(buckets.map(({ start, end }) => [start, end]));
  return series
    .flatMap(({ labels, points }) => {
      const { min, max } = rowBounds(labels[latencyRow.name] ?? '');
      return points.map(([start, value]): Cell => ({ end: ends.get(start) ?? start, min, max, value }));
    })
    .sort((a, b) => a.end - b.end || a.min - b.min);
}

/**
 * Grafana draws all columns as wide as the first two are apart. A cell without a value, which it does not draw, says that
 * before the first column: where the next one has no calls, or there is no other.
 */
function withColumnWidth(cells: Cell[], buckets: readonly Bucket[]): Cell[] {
  const [first] = cells;
  const start = buckets.find(({ end }) => end === first?.end)?.start;
  return first === undefined || start === undefined ? cells : [{ ...first, end: start, value: null }, ...cells];
}
