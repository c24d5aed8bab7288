import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateState } from '../../src/database/migrate.ts';
import type { StateTables } from '../../src/database/tables.ts';
import {
  fencedTransaction,
  keepLease,
  type Lease,
  LeaseLostError,
  releaseLease,
  takeLease,
} from '../../src/rollups/lease.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

describeOnEngines(
  'takeLease',
  (engine) => {
    let state: EmptyDatabase<StateTables>;

    beforeEach(async () => {
      state = await emptyDatabase(engine);
      await migrateState(state.database);
    });
    afterEach(() => state.close());

    const take = async (holder: string): Promise<Lease> => {
      const lease = await takeLease(state.database, holder);
      if (lease === null) {
        throw new Error('Nobody should have the lease');
      }
      return lease;
    };
    const expire = () => state.run('update aitoys_leases set expires_at = 0');

    it('gives the lease to one of many who want it at once', async () => {
      const leases = await Promise.all(['a', 'b', 'c'].map((holder) => takeLease(state.database, holder)));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
      expect(leases.find((lease) => lease !== null)?.token).toBe(1);
    });

    it('gives it to nobody else as long as it is kept, for 10 s each time', async () => {
      const first = await take('a');
      expect(await takeLease(state.database, 'b')).toBe(null);
      await expire();
      expect(await keepLease(state.database, first)).toBe(true);
      expect(await keepLease(state.database, first)).toBe(true);
      expect(await takeLease(state.database, 'b')).toBe(null);
      const { dialect, kysely } = { dialect: await state.database.dialect(), kysely: state.database.kysely };
      const row = await kysely
        .selectFrom('aitoys_leases')
        .select(['holder', 'expires_at', dialect.nowMs().as('now')])
        .executeTakeFirstOrThrow();
      expect(row.holder).toBe('a');
      const left = Number(String(row.expires_at)) - Number(String(row.now));
      expect(left).toBeGreaterThan(5000);
      expect(left).toBeLessThanOrEqual(10_000);
    });

    it('gives one that was not kept to another, with the next token', async () => {
      const first = await take('a');
      await expire();
      expect(await takeLease(state.database, 'b')).toEqual({ token: 2, holder: 'b' });
      expect(await keepLease(state.database, first)).toBe(false);
      await releaseLease(state.database, first);
      expect(await takeLease(state.database, 'c')).toBe(null);
    });

    it('gives one that was given back to another at once', async () => {
      await releaseLease(state.database, await take('a'));
      expect(await takeLease(state.database, 'b')).toEqual({ token: 2, holder: 'b' });
    });

    it('gives it anew to the one who has it, whose former lease is none any more', async () => {
      const former = await take('a');
      expect(await takeLease(state.database, 'a')).toEqual({ token: 2, holder: 'a' });
      expect(await keepLease(state.database, former)).toBe(false);
      expect(await takeLease(state.database, 'b')).toBe(null);
    });

    it('does not wait for a holder who is writing, and does not take it away from him', async () => {
      const first = await take('a');
      await expire();
      const meanwhile = await fencedTransaction(state.database, first, () => takeLease(state.database, 'b'));
      expect(meanwhile).toBe(null);
      expect(await takeLease(state.database, 'b')).toBe(null);
    });

    it('lets only the holder write', async () => {
      const first = await take('a');
      await expire();
      await take('b');
      let wrote = false;
      const write = () => {
        wrote = true;
        return Promise.resolve();
      };
      await expect(fencedTransaction(state.database, first, write)).rejects.toThrow(LeaseLostError);
      expect(wrote).toBe(false);
    });
  },
  ['mysql', 'mariadb']
);
