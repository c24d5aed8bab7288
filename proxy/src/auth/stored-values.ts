import { z } from 'zod';

/** A key of a row. BIGINT arrives as text from MySQL and as a number from SQLite; it is text from here on. */
export const storedId = z.union([z.string().regex(/^-?\d{1,20}$/), z.int(), z.bigint()]).transform(String);

/** A whole number that float64 holds exactly, whichever way the driver returns it. */
export const storedInteger = z
  .union([z.number(), z.bigint(), z.string().regex(/^-?\d{1,16}$/)])
  .transform(Number)
  .pipe(z.int());

/** Whether a column holds exactly 1: as a number, or as the text that drivers make of BIGINT and DECIMAL. */
export function isOne(value: unknown): boolean {
  return value === 1 || value === 1n || value === '1';
}
