/**
 * Sizes of the stretches of stored time that calls are put together in. Cells of a tier lie whole within one cell of the
 * next; 15 minutes is the coarsest that fits zones at :30 and :45. A page is what is stored and read as one row.
 */
export interface Tier {
  name: string;
  /** The length of a cell. */
  seconds: number;
  /** The length of a page. */
  pageSeconds: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** From the finest to the coarsest. */
export const tiers = [
  { name: '1m', seconds: minute, pageSeconds: hour },
  { name: '5m', seconds: 5 * minute, pageSeconds: 2 * hour },
  { name: '15m', seconds: 15 * minute, pageSeconds: 6 * hour },
  { name: '1h', seconds: hour, pageSeconds: day },
  { name: '1d', seconds: day, pageSeconds: 16 * day },
] as const satisfies readonly [Tier, ...Tier[]];

/** The one that is made from calls; every other is made from the one before it. */
export const baseTier: Tier = tiers[0];

/** The start of the page that holds a time; both are stored seconds since 1970. */
export function pageOf({ pageSeconds }: Tier, seconds: number): number {
  return Math.floor(seconds / pageSeconds) * pageSeconds;
}

/** The start of the cell that holds a time; both are stored seconds since 1970. */
export function cellOf({ seconds: width }: Tier, seconds: number): number {
  return Math.floor(seconds / width) * width;
}
