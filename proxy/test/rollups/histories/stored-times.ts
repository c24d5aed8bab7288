import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

/** The database's own clock can't be moved, but what was noted by it can. */
export interface StoredTimes {
  /** All of it is so many seconds longer ago. */
  pass: (seconds: number) => Promise<void>;
  /** Unless its holder is just writing: then nobody can take the lease. */
  letLeaseExpire: () => Promise<void>;
  /** No rollups, and no lease. */
  empty: () => Promise<void>;
  close: () => Promise<void>;
}

const tables = ['rollup_pages', 'rollup_days', 'rollup_blocks', 'rollup_groups', 'rollups', 'leases'];

export async function openStoredTimes(stateUrl: string): Promise<StoredTimes> {
  const connection: Connection = await createConnection(stateUrl);
  return {
    pass: async (seconds) => {
      const ms = seconds * 1000;
      await connection.query('UPDATE aitoys_leases SET expires_at = expires_at - ?', [ms]);
      await connection.query('UPDATE aitoys_rollups SET audited_at = audited_at - ?', [ms]);
      await connection.query(
        'UPDATE aitoys_rollup_blocks SET built_at = built_at - ?, audited_at = audited_at - ?, audit_due_at = audit_due_at - ?',
        [ms, ms, ms]
      );
    },
    letLeaseExpire: async () => {
      await connection.query('BEGIN');
      const [free] = await connection.query<RowDataPacket[]>('SELECT token FROM aitoys_leases FOR UPDATE SKIP LOCKED');
      if (free.length > 0) {
        await connection.query('UPDATE aitoys_leases SET expires_at = 0');
      }
      await connection.query('COMMIT');
    },
    empty: async () => {
      for (const table of tables) {
        await connection.query(`DELETE FROM aitoys_${table}`);
      }
    },
    close: () => connection.end(),
  };
}
