import { decimalToNumber } from '../../partials/decimal.ts';
import type { PeriodCells } from '../read/merge.ts';
import type { Metric, MetricInput, PartialReader, WindowName } from '../metrics/metric.ts';
import {
  decimalScale,
  noPartials,
  type PartialName,
  type Partials,
  partialDefinition,
} from '../../partials/partials.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';
import { sketchQuantile } from '../../partials/sketch.ts';
import type { Period } from '../windows/windows.ts';

/** The calls that a value stands for: of one group, in one bucket of a period. */
export interface Place {
  period: Period;
  bucket: number;
  cells: PeriodCells;
  /** Those of all groups. */
  all: PeriodCells;
  /** Seconds of the past that the bucket stands for. */
  seconds: number;
}

/**
 * A metric's value; null where it has none, or too few rows to say one. With `zero` it is 0 where there are no calls in
 * time that has passed, if that is true.
 */
export function metricValue(metric: Metric, place: Place, query: ResolvedMetrics, zero: boolean): number | null {
  if (Number(ownPartials(metric, place)?.values[metric.counted] ?? 0) < query.minRequests) {
    return null;
  }
  const empty = isEmpty(metric, place);
  if (empty && !(zero && metric.zeroFill && place.seconds > 0)) {
    return null;
  }
  // Whether a group without calls has a share, the calls of the others decide.
  const value = empty && !metric.ofAll ? 0 : metric.value(metricInput(place, query));
  return value !== null && Number.isFinite(value) ? value : null;
}

/** The calls that a metric counts. */
export function ownPartials({ windows: [name = 'range'] }: Metric, { cells, bucket }: Place): Partials | undefined {
  return cells[name]?.get(name === 'range' ? bucket : 0);
}

function isEmpty(metric: Metric, place: Place): boolean {
  const read = metric.windows.flatMap((name) =>
    name === 'range' ? [ownPartials(metric, place)] : [...(place.cells[name]?.values() ?? [])]
  );
  return read.every((partials) => Number(partials?.values.requests ?? 0) === 0);
}

function metricInput({ period, bucket, cells, all, seconds }: Place, query: ResolvedMetrics): MetricInput {
  return {
    ...readPartials(cells.range?.get(bucket)),
    seconds,
    now: query.now,
    all: readPartials(all.range?.get(bucket)),
    window: (name) => windowPositions(period, name).map((position) => readPartials(cells[name]?.get(position))),
    calendar: period.calendar,
    parameters: query.parameters,
  };
}

function windowPositions({ windows }: Period, name: WindowName): number[] {
  return windows.filter((window) => window.name === name).flatMap(({ positions }) => positions);
}

function readPartials(partials: Partials = noPartials()): PartialReader {
  const partial = (name: PartialName) => {
    const value = partials.values[name] ?? null;
    const { type } = partialDefinition(name);
    return value === null ? null : decimalToNumber(value, type === 'decimal' || type === 'money' ? decimalScale : 0);
  };
  return {
    partial,
    quantile: (name, perMille) => {
      const [min, max] =
        name === 'latency' ? [partial('latencyMin'), partial('latencyMax')] : [partial('costMin'), partial('costMax')];
      const sketch = partials.sketches[name];
      return sketch === undefined || min === null || max === null ? null : sketchQuantile(sketch, perMille, min, max);
    },
  };
}
