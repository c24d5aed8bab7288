import { type Mantissa, mantissaOf } from '../partials/decimal-column.ts';

/** Numbers as bytes, seven bits at a time (LEB128): small ones are short, and any whole number has a place. */

const mostExact = Number.MAX_SAFE_INTEGER;
/** Up to here operators work on bits. */
const mostBits = 2 ** 31 - 1;

export interface ByteWriter {
  /** A whole number ≥ 0. */
  writeCount: (value: number | bigint) => void;
  /** A whole number, or null. */
  writeValue: (value: Mantissa | null) => void;
  bytes: () => Buffer;
}

export function createByteWriter(): ByteWriter {
  let buffer = Buffer.allocUnsafe(256);
  let length = 0;
  const push = (byte: number) => {
    if (length === buffer.length) {
      buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    }
    buffer[length] = byte;
    length += 1;
  };
  const writeCount = (value: number | bigint) => {
    if (typeof value === 'bigint' && value > mostExact) {
      let rest = value;
      for (; rest > 127n; rest >>= 7n) {
        push(Number(rest & 127n) | 128);
      }
      push(Number(rest));
      return;
    }
    let rest = Number(value);
    for (; rest > mostBits; rest = Math.floor(rest / 128)) {
      push((rest % 128) | 128);
    }
    for (; rest > 127; rest >>= 7) {
      push((rest & 127) | 128);
    }
    push(rest);
  };
  return {
    writeCount,
    // 0 is null; of the others the last bit is the sign.
    writeValue: (value) => {
      const small = Number(value ?? 0);
      if (value === null) {
        push(0);
      } else if (Math.abs(small) < mostExact / 2) {
        writeCount(small >= 0 ? small * 2 + 1 : -small * 2);
      } else {
        const whole = BigInt(value);
        writeCount(whole >= 0n ? whole * 2n + 1n : -whole * 2n);
      }
    },
    bytes: () => buffer.subarray(0, length),
  };
}

/**
 * Reads what a writer wrote; a RangeError at the end of the bytes, or for a count beyond 2^53. A class, because a question
 * reads hundreds of thousands of numbers, and closures are slower.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readCount(): number {
    const value = this.#readSmall();
    if (value < 0) {
      throw new RangeError('A page of rollups is damaged');
    }
    return value;
  }

  readValue(): Mantissa | null {
    const start = this.#position;
    const small = this.#readSmall();
    if (small >= 0) {
      return small === 0 ? null : small % 2 === 1 ? (small - 1) / 2 : -small / 2;
    }
    this.#position = start;
    const big = this.#readBig();
    return mantissaOf((big & 1n) === 1n ? big >> 1n : -(big >> 1n));
  }

  skip(bytes: number): void {
    this.#position += bytes;
  }

  /** The number, or -1 for one that float64 can't hold, which is not read to its end. */
  #readSmall(): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#next(bytes);
      value += (byte & 127) * factor;
      if (value > mostExact) {
        return -1;
      }
      if (byte < 128) {
        return value;
      }
    }
  }

  #readBig(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#next(this.#bytes);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
  }

  #next(bytes: Uint8Array): number {
    const byte = bytes[this.#position];
    if (byte === undefined) {
      throw new RangeError('A page of rollups is cut off');
    }
    this.#position += 1;
    return byte;
  }
}
