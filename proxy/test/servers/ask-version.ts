import { createConnection } from 'mysql2/promise';
import { z } from 'zod';

const versionRows = z.tuple([z.object({ version: z.string() })]);

/** `SELECT VERSION()` of the server at this URL, which may name no database. Throws what mysql2 throws. */
export async function askVersion(url: string): Promise<string> {
  const connection = await createConnection({ uri: url, connectTimeout: 5000 });
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    return versionRows.parse(rows)[0].version;
  } finally {
    connection.destroy();
  }
}
