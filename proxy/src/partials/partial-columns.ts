import { DecimalColumn } from './decimal-column.ts';
import { partialDefinition, type PartialName, scaleOf, type SketchName } from './partials.ts';
import { type SketchPart, sketchPairs } from './sketch.ts';

/**
 * What is known of one group's calls in buckets of time: for each partial a column with a value per bucket that has calls,
 * because an object per bucket takes several times as long. A value is null where no call has one.
 */
export class PartialColumns {
  /** Where in the columns the buckets are. */
  #slots = new Map<number, number>();
  /** The one that was looked for last, which often is the next one, too. */
  #lastBucket: number | undefined;
  #lastSlot: number | undefined;
  readonly #values: Partial<Record<PartialName, DecimalColumn>> = {};
  readonly #sketches: Partial<Record<SketchName, (SketchPart[] | undefined)[]>> = {};

  /** The buckets that have calls, in the order in which they were found. */
  buckets(): number[] {
    return [...this.#slots.keys()];
  }

  /** The nearest float64; undefined where the bucket has no calls, or nobody asked for the partial. */
  value(name: PartialName, bucket: number): number | null | undefined {
    const slot = this.#find(bucket);
    return slot === undefined ? undefined : this.#values[name]?.nearest(slot, scaleOf(name));
  }

  /** The same exactly, in the partial's units. */
  units(name: PartialName, bucket: number): bigint | null | undefined {
    const slot = this.#find(bucket);
    return slot === undefined ? undefined : this.#values[name]?.units(slot);
  }

  /** The value of all buckets together. */
  total(name: PartialName): number | null {
    return this.#values[name]?.merged(partialDefinition(name).merge).nearest(0, scaleOf(name)) ?? null;
  }

  /** The values of a bucket as one part, each once and in order; undefined where it has none. */
  sketch(name: SketchName, bucket: number): SketchPart | undefined {
    const slot = this.#find(bucket);
    const parts = slot === undefined ? undefined : this.#sketches[name]?.[slot];
    if (parts === undefined) {
      return undefined;
    }
    const merged = sketchPairs({ parts });
    parts.splice(0, parts.length, merged);
    return merged;
  }

  /** Where a bucket is in the columns, which it is part of from now on. */
  slotOf(bucket: number): number {
    const known = this.#find(bucket);
    if (known !== undefined) {
      return known;
    }
    const slot = this.#slots.size;
    this.#slots.set(bucket, slot);
    this.#lastSlot = slot;
    return slot;
  }

  #find(bucket: number): number | undefined {
    if (bucket !== this.#lastBucket) {
      this.#lastBucket = bucket;
      this.#lastSlot = this.#slots.get(bucket);
    }
    return this.#lastSlot;
  }

  /** Merges values into those of the slots: the one at `first` into that of the first slot, and so on. */
  add(name: PartialName, slots: readonly number[], values: DecimalColumn, first = 0): void {
    (this.#values[name] ??= new DecimalColumn()).merge(partialDefinition(name).merge, slots, values, first);
  }

  /** Adds parts of sketches to the slots in the same way; null: none. */
  addParts(name: SketchName, slots: readonly number[], parts: readonly (SketchPart | null)[], first = 0): void {
    const column = (this.#sketches[name] ??= []);
    for (let index = 0; index < slots.length; index += 1) {
      const part = parts[first + index] ?? null;
      if (part !== null) {
        (column[slots[index] ?? 0] ??= []).push(part);
      }
    }
  }

  /** Adds the calls of `source`: each bucket's to those of the same bucket, or of the one that `bucketOf` says. */
  addAll(source: PartialColumns, bucketOf: (bucket: number) => number = (bucket) => bucket): void {
    const slots = source.buckets().map((bucket) => this.slotOf(bucketOf(bucket)));
    for (const key in source.#values) {
      const name = key as PartialName;
      this.add(name, slots, source.#values[name] ?? new DecimalColumn());
    }
    for (const key in source.#sketches) {
      const name = key as SketchName;
      const column = (this.#sketches[name] ??= []);
      for (const [index, parts] of (source.#sketches[name] ?? []).entries()) {
        for (const part of parts ?? []) {
          (column[slots[index] ?? 0] ??= []).push(part);
        }
      }
    }
  }

  /** The same calls, to be added to. */
  copy(): PartialColumns {
    const copy = new PartialColumns();
    copy.#slots = new Map(this.#slots);
    for (const key in this.#values) {
      const name = key as PartialName;
      copy.#values[name] = this.#values[name]?.copy() ?? new DecimalColumn();
    }
    for (const key in this.#sketches) {
      const name = key as SketchName;
      copy.#sketches[name] = this.#sketches[name]?.map((parts) => parts?.slice()) ?? [];
    }
    return copy;
  }

  /** Puts the parts of each sketch together. */
  compact(): void {
    for (const key in this.#sketches) {
      for (const bucket of this.#slots.keys()) {
        this.sketch(key as SketchName, bucket);
      }
    }
  }

  /** About how much memory it takes. */
  bytes(): number {
    let bytes = bytesOf.bucket * this.#slots.size;
    for (const key in this.#values) {
      bytes += bytesOf.value * (this.#values[key as PartialName]?.length ?? 0);
    }
    for (const key in this.#sketches) {
      for (const parts of this.#sketches[key as SketchName] ?? []) {
        for (const part of parts ?? []) {
          bytes += bytesOf.part + bytesOf.number * part.length;
        }
      }
    }
    return bytes;
  }
}

/** In 64-bit V8: an entry of a Map; a place in a column and a BigInt of two words, at most; two arrays; a number in one. */
const bytesOf = { bucket: 40, value: 40, part: 100, number: 8 };
