/** Numbers as bytes, seven bits at a time (LEB128): small ones are short, and any whole number has a place. */

const mostExact = Number.MAX_SAFE_INTEGER;

export interface ByteWriter {
  /** A whole number ≥ 0. */
  writeCount: (value: number | bigint) => void;
  /** A whole number, or null. */
  writeValue: (value: bigint | null) => void;
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
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      push((rest % 128) | 128);
    }
    push(rest);
  };
  return {
    writeCount,
    // 0 is null; of the others the last bit is the sign.
    writeValue: (value) => {
      writeCount(value === null ? 0 : value >= 0n ? value * 2n + 1n : -value * 2n);
    },
    bytes: () => buffer.subarray(0, length),
  };
}

export interface ByteReader {
  readCount: () => number;
  readValue: () => bigint | null;
  skip: (bytes: number) => void;
}

/** Reads what a writer wrote. Throws a RangeError at the end of the bytes, or for a count beyond 2^53. */
export function createByteReader(bytes: Uint8Array): ByteReader {
  let position = 0;
  const next = () => {
    const byte = bytes[position];
    if (byte === undefined) {
      throw new RangeError('A page of rollups is cut off');
    }
    position += 1;
    return byte;
  };
  const readBig = (start: number): bigint => {
    position = start;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = next();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
  };
  /** The number, or null where float64 can't hold it and it was not read. */
  const readSmall = (): number | null => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = next();
      value += (byte & 127) * factor;
      if (value > mostExact) {
        return null;
      }
      if (byte < 128) {
        return value;
      }
    }
  };
  return {
    readCount: () => {
      const value = readSmall();
      if (value === null) {
        throw new RangeError('A page of rollups is damaged');
      }
      return value;
    },
    readValue: () => {
      const start = position;
      const small = readSmall();
      if (small === 0) {
        return null;
      }
      if (small !== null) {
        return small % 2 === 1 ? BigInt((small - 1) / 2) : -BigInt(small / 2);
      }
      const big = readBig(start);
      return (big & 1n) === 1n ? big >> 1n : -(big >> 1n);
    },
    skip: (count) => {
      position += count;
    },
  };
}
