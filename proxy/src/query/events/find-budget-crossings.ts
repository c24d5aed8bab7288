import { type Bucket, type BucketGrid, bucketGrid } from '../windows/buckets.ts';
import { decimalToNumber, parseDecimal } from '../../partials/decimal.ts';
import type { BudgetCrossed } from './events.ts';
import { decimalScale } from '../../partials/partials.ts';
import type { ReadWindow } from './read-window.ts';
import type { ResolvedEvents } from './resolve-events.ts';

/** Costs are whole units of 10^-`decimalScale`. */
interface BucketCost extends Bucket {
  cost: bigint;
}

/** When a sum of costs reached the budget: the bucket, and the sums before and after it. */
interface Crossing {
  bucket: Bucket;
  before: bigint;
  after: bigint;
}

export interface BudgetCrossings {
  crossings: BudgetCrossed[];
  /** Calls without a cost. */
  leftOut: number;
}

const minute = 60_000;

/**
 * For each calendar month that the range touches: the minute in which its cost reached the budget, if that minute begins
 * in the range. The month is read from its begin on, wherever the range begins.
 */
export async function findBudgetCrossings(
  query: ResolvedEvents,
  budget: number,
  read: ReadWindow
): Promise<BudgetCrossings> {
  const { zone, storedZone, from, to } = query;
  // The last minute as a whole: else a range that ends inside it would miss a crossing that the next one misses too.
  const end = Math.ceil(to / minute) * minute;
  const months = bucketGrid('month', zone, storedZone, from, to).buckets;
  const hours = await readCosts(read, bucketGrid('1h', zone, storedZone, months[0]?.start ?? from, end));
  // A budget of less than one unit is reached by the first one.
  const wanted = parseDecimal(budget, decimalScale) || 1n;

  const crossings: BudgetCrossed[] = [];
  for (const month of months) {
    const inMonth = hours.costs.filter(({ start }) => start >= month.start && start < month.end);
    const hour = firstCrossing(inMonth, 0n, wanted);
    if (hour === null || hour.bucket.end <= from) {
      continue;
    }
    const { start } = hour.bucket;
    const minutes = await readCosts(read, bucketGrid('1m', zone, storedZone, start, Math.min(hour.bucket.end, end)));
    const found = firstCrossing(minutes.costs, hour.before, wanted);
    if (found !== null && found.bucket.start >= from) {
      crossings.push({
        event: 'budget_crossed',
        time: found.bucket.start,
        month: monthName(month, zone),
        cost: decimalToNumber(found.after, decimalScale),
        budget,
      });
    }
  }
  return { crossings, leftOut: hours.leftOut };
}

async function readCosts(read: ReadWindow, grid: BucketGrid): Promise<{ costs: BucketCost[]; leftOut: number }> {
  const [all] = await read({ metric: 'cost', groupBy: [], grids: [grid] });
  const columns = all?.columns[0] ?? null;
  return {
    costs: grid.buckets.map((bucket, index) => ({ ...bucket, cost: columns?.units('costSum', index) ?? 0n })),
    leftOut: (columns?.total('requests') ?? 0) - (columns?.total('costRequests') ?? 0),
  };
}

function firstCrossing(costs: readonly BucketCost[], begin: bigint, budget: bigint): Crossing | null {
  let before = begin;
  for (const { cost, ...bucket } of costs) {
    const after = before + cost;
    if (after >= budget) {
      return { bucket, before, after };
    }
    before = after;
  }
  return null;
}

function monthName({ start }: Bucket, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone }).format(start);
}
