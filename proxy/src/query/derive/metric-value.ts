import type { PartialColumns } from '../../partials/partial-columns.ts';
import type { PeriodCells } from '../read/merge.ts';
import type { Calendar, Metric, MetricInput, PartialReader, WindowName } from '../metrics/metric.ts';
import type { Parameters } from '../model/parameters.ts';
import type { PartialName, SketchName } from '../../partials/partials.ts';
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
  if (query.minRequests > 0 && ownCalls(metric, place, metric.counted) < query.minRequests) {
    return null;
  }
  const empty = isEmpty(metric, place);
  if (empty && !(zero && metric.zeroFill && place.seconds > 0)) {
    return null;
  }
  // Whether a group without calls has a share, the calls of the others decide.
  const value = empty && !metric.ofAll ? 0 : metric.value(new PlaceReader(place, query));
  return value !== null && Number.isFinite(value) ? value : null;
}

/** How many calls a metric counts. */
function ownCalls({ windows: [name = 'range'] }: Metric, { cells, bucket }: Place, counted: PartialName): number {
  return cells[name]?.value(counted, name === 'range' ? bucket : 0) ?? 0;
}

function isEmpty({ windows }: Metric, { cells, bucket }: Place): boolean {
  return windows.every(
    (name) => ((name === 'range' ? cells.range?.value('requests', bucket) : cells[name]?.total('requests')) ?? 0) === 0
  );
}

function windowPositions({ windows }: Period, name: WindowName): number[] {
  return windows.filter((window) => window.name === name).flatMap(({ positions }) => positions);
}

/** Made for every point of every series: closures in their stead took longer than what they computed. */
class CellReader implements PartialReader {
  readonly #columns: PartialColumns | undefined;
  readonly #bucket: number;

  constructor(columns: PartialColumns | undefined, bucket: number) {
    this.#columns = columns;
    this.#bucket = bucket;
  }

  partial(name: PartialName): number | null {
    return this.#columns?.value(name, this.#bucket) ?? null;
  }

  quantile(name: SketchName, perMille: number): number | null {
    const min = this.partial(name === 'latency' ? 'latencyMin' : 'costMin');
    const max = this.partial(name === 'latency' ? 'latencyMax' : 'costMax');
    const sketch = this.#columns?.sketch(name, this.#bucket);
    return sketch === undefined || min === null || max === null
      ? null
      : sketchQuantile({ parts: [sketch] }, perMille, min, max);
  }
}

class PlaceReader extends CellReader implements MetricInput {
  readonly #place: Place;
  readonly #query: ResolvedMetrics;

  constructor(place: Place, query: ResolvedMetrics) {
    super(place.cells.range, place.bucket);
    this.#place = place;
    this.#query = query;
  }

  get now(): number {
    return this.#query.now;
  }

  get parameters(): Parameters {
    return this.#query.parameters;
  }

  get seconds(): number {
    return this.#place.seconds;
  }

  get calendar(): Calendar {
    return this.#place.period.calendar;
  }

  get all(): PartialReader {
    return new CellReader(this.#place.all.range, this.#place.bucket);
  }

  window(name: WindowName): PartialReader[] {
    const { period, cells } = this.#place;
    return windowPositions(period, name).map((position) => new CellReader(cells[name], position));
  }
}
