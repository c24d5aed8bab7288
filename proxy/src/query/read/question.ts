import { type PartialName, type SketchName } from '../../partials/partials.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';
import type { Window } from '../windows/windows.ts';

/** What all windows of a question have in common. */
export type Question = Pick<ResolvedMetrics, 'groupBy' | 'filters' | 'parameters' | 'zone' | 'storedZone'>;

/** The sketches that the metrics of a window need. */
export function neededSketches({ metrics }: Window): SketchName[] {
  return [...new Set(metrics.flatMap(({ sketch }) => (sketch === undefined ? [] : [sketch])))];
}

/** The partials that the metrics of a window need. */
export function neededPartials(window: Window): PartialName[] {
  const needed = window.metrics.flatMap(({ partials, counted }) => [...partials, counted]);
  return [...new Set(['requests' as const, ...needed])];
}

/** The sketches of rollups that a window needs: for its metrics, and to count calls by their duration. */
export function neededSketchPages({ groupBy }: Question, window: Window): SketchName[] {
  const byDuration =
    groupBy.some(({ rolledUp }) => rolledUp?.by === 'latency') || neededPartials(window).includes('slowRequests');
  return [...new Set([...neededSketches(window), ...(byDuration ? ['latency' as const] : [])])];
}
