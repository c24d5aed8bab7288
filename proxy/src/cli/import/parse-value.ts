import type { ColumnType } from '../../database/column-type.ts';
import { createStoredTimeWriter } from '../../database/stored-time.ts';
import { wallMs } from '../../time/wall-text.ts';
import { quote } from './problem.ts';

/** A value as the database takes it, or what is wrong with the text. */
export type Parsed = { value: string | null } | { problem: string };

/** Makes the function that checks the texts of one column. Empty is NULL. */
export function createValueParser(type: ColumnType, rule: ValueRule): (text: string) => Parsed {
  const parse = parserOf(type, rule);
  return (text) => {
    if (text === '') {
      return rule.required ? { problem: 'is missing' } : { value: null };
    }
    return parse(text);
  };
}

export interface ValueRule {
  required: boolean;
  /** Counts and durations: whole numbers from 0 on, whatever else the column could hold. */
  wholeFrom?: 0 | 1;
}

function parserOf(type: ColumnType, { wholeFrom }: ValueRule): (text: string) => Parsed {
  if (wholeFrom !== undefined) {
    return wholeNumber(BigInt(wholeFrom), largestWhole(type));
  }
  switch (type.kind) {
    case 'text':
      return (text) => parseText(text, type);
    case 'integer':
      return wholeNumber(type.min, type.max);
    case 'decimal':
      return (text) => parseDecimal(text, type, type.precision - type.scale, type.scale);
    case 'float':
      return (text) => parseDecimal(text, type, longestDecimal, longestDecimal);
    case 'time':
      return timeParser(type);
    default:
      return type satisfies never;
  }
}

// Beyond it the proxy would not count exactly.
const largestExact = 2n ** 53n - 1n;

function largestWhole(type: ColumnType): bigint {
  switch (type.kind) {
    case 'integer':
      return type.max;
    case 'decimal':
      return 10n ** BigInt(type.precision - type.scale) - 1n;
    default:
      return largestExact;
  }
}

function wholeNumber(min: bigint, max: bigint): (text: string) => Parsed {
  return (text) => {
    if (!/^-?\d{1,30}$/.test(text)) {
      return { problem: `${quote(text)} is not a whole number` };
    }
    const number = BigInt(text);
    return number < min || number > max
      ? { problem: `${text} is not from ${String(min)} to ${String(max)}` }
      : { value: String(number) };
  };
}

const longestDecimal = 38;

function parseDecimal(
  text: string,
  { declared, unsigned }: { declared: string; unsigned: boolean },
  maxWholeDigits: number,
  maxDecimals: number
): Parsed {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  const [, sign = '', whole = '', decimals = ''] = match ?? [];
  if (match === null || whole + decimals === '') {
    return { problem: `${quote(text)} is not a decimal number such as 0.00125` };
  }
  const wholeDigits = whole.replace(/^0+/, '');
  const decimalDigits = decimals.replace(/0+$/, '');
  if (decimalDigits.length > maxDecimals) {
    return { problem: `${quote(text)} has more than ${String(maxDecimals)} digits after the point` };
  }
  if (wholeDigits.length > maxWholeDigits) {
    return { problem: `${quote(text)} is too large for ${declared}` };
  }
  const digits = `${wholeDigits === '' ? '0' : wholeDigits}${decimalDigits === '' ? '' : `.${decimalDigits}`}`;
  const isNegative = sign === '-' && digits !== '0';
  if (isNegative && unsigned) {
    return { problem: `${quote(text)} is negative, which ${declared} does not keep` };
  }
  return { value: isNegative ? `-${digits}` : digits };
}

type TextType = Extract<ColumnType, { kind: 'text' }>;

function parseText(text: string, { declared, maxCharacters, maxBytes, characterSet }: TextType): Parsed {
  if (text.includes('\0') || !text.isWellFormed()) {
    return { problem: 'has a NUL or half a character, which is not text' };
  }
  const characters = Array.from(text).length;
  if (maxCharacters !== null && characters > maxCharacters) {
    return {
      problem: `${quote(text)} has ${String(characters)} characters; ${declared} keeps ${String(maxCharacters)}`,
    };
  }
  const bytes = Buffer.byteLength(text);
  if (maxBytes !== null && bytes > maxBytes && characterSet?.startsWith('utf8') === true) {
    return { problem: `${quote(text)} has ${String(bytes)} bytes; ${declared} keeps ${String(maxBytes)}` };
  }
  if (/^utf8(mb3)?$/.test(characterSet ?? '') && maxBytes !== null && characters !== text.length) {
    return {
      problem: `${quote(text)} has a character of 4 bytes, which a column in ${characterSet ?? ''} does not keep`,
    };
  }
  return { value: text };
}

type TimeType = Extract<ColumnType, { kind: 'time' }>;

const timeFormat = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,6})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;
const timestampEnd = Date.UTC(2038, 0, 19, 3, 14, 8);
const yearEnd = Date.UTC(10_000, 0, 1);
const writeSecond = createStoredTimeWriter({ zone: 'UTC', fractionDigits: 0 });

function timeParser(type: TimeType): (text: string) => Parsed {
  const writeInstant = createStoredTimeWriter(type);
  const end = type.type === 'timestamp' ? timestampEnd : yearEnd;
  return (text) => {
    const [, date, time, fraction = '', offset] = timeFormat.exec(text) ?? [];
    if (date === undefined || time === undefined) {
      return { problem: `${quote(text)} is not a time such as 2026-01-31 13:45:00.250 or 2026-01-31T13:45:00Z` };
    }
    const wall = wallMs(`${date} ${time}${fraction}`);
    // Days and hours that don't exist are carried over to the next ones: then the text comes back changed.
    if (writeSecond(wall) !== `${date} ${time}`) {
      return { problem: `${quote(text)} does not exist in the calendar` };
    }
    const instant = wall - offsetMs(offset);
    if (instant <= 0 || instant >= end) {
      return { problem: `${quote(text)} is not from 1970 to ${type.type === 'timestamp' ? '2038' : '9999'}` };
    }
    // Without an offset it is what the column keeps: a time in the column's own zone.
    return { value: offset === undefined ? `${date} ${time}${cut(fraction, type)}` : writeInstant(instant) };
  };
}

// Servers would round what they can't keep, up to the next day if need be.
function cut(fraction: string, { fractionDigits }: TimeType): string {
  return fractionDigits === 0 ? '' : fraction.slice(0, 1 + fractionDigits);
}

function offsetMs(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') {
    return 0;
  }
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
