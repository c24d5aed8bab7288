import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { keepLease, type Lease } from './lease.ts';

/** A lease lasts 10 s. */
export const renewEveryMs = 3000;

/** Renews the lease until it is told to stop; `onLost` hears that another holder has it. */
export function renewLease(
  state: Database<StateTables>,
  lease: Lease,
  everyMs: number,
  onLost: () => void
): () => void {
  const timer = setInterval(() => {
    keepLease(state, lease).then(
      (isKept) => {
        if (!isKept) {
          onLost();
        }
      },
      // The database is away: what is written next fails, too, and says so.
      () => undefined
    );
  }, everyMs);
  return () => clearInterval(timer);
}

/** For people who look into the table of leases, or ask the tool. */
export function nameOfThisProcess(): string {
  const host = hostname()
    .replace(/[^\w.-]/g, '-')
    .slice(0, 40);
  return `${host}/${String(process.pid)}/${randomBytes(3).toString('hex')}`;
}
