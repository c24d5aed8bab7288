import { bucketEdge, sketchGamma } from '../../partials/sketch.ts';

/** The bucket of the sketch whose upper edge is nearest to `slowMs` (> 0): calls in buckets above it are slow. */
export function slowAbove(slowMs: number): number {
  // By their ratio, in which all buckets are equally wide.
  return Math.round(Math.log(slowMs) / Math.log(sketchGamma));
}

/** `slowMs` moved to an edge of the sketch, so that rollups and single calls count the same. */
export function onSketchEdge(slowMs: number): number {
  return bucketEdge(slowAbove(slowMs));
}
