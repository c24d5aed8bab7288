import { decimalColumn } from '../../src/partials/decimal-column.ts';
import { PartialColumns } from '../../src/partials/partial-columns.ts';
import { partialNames, type PartialName, type Partials, type SketchName } from '../../src/partials/partials.ts';

const sketchNames: SketchName[] = ['latency', 'cost'];

/** Columns of buckets that are written down. */
export function madeColumns(buckets: Record<number, Partials>): PartialColumns {
  const columns = new PartialColumns();
  for (const [bucket, { values, sketches }] of Object.entries(buckets)) {
    const slots = [columns.slotOf(Number(bucket))];
    for (const [name, value] of Object.entries(values) as [PartialName, bigint | null][]) {
      columns.add(name, slots, decimalColumn([value]));
    }
    for (const name of sketchNames) {
      for (const part of sketches[name]?.parts ?? []) {
        columns.addParts(name, slots, [part]);
      }
    }
  }
  return columns;
}

/** What columns hold of each of their buckets: values, and sketches as pairs; without what nobody added. */
export function bucketsOf(columns: PartialColumns | undefined): Map<number, Record<string, unknown>> {
  return new Map<number, Record<string, unknown>>(
    columns
      ?.buckets()
      .map((bucket) => [
        bucket,
        Object.fromEntries<unknown>(
          [
            ...partialNames.map((name) => [name, columns.units(name, bucket)] as const),
            ...sketchNames.map((name) => [`${name} sketch`, pairs(columns.sketch(name, bucket))] as const),
          ].filter(([, value]) => value !== undefined)
        ),
      ])
  );
}

function pairs(part: ArrayLike<number> | undefined): number[] | undefined {
  return part === undefined ? undefined : Array.from(part);
}
