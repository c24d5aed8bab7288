import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/open-database.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ai-metrics-open-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open() {
  return openDatabase(`sqlite:${join(folder, 'a.sqlite')}`, { poolSize: 1, statementTimeoutSeconds: 5 });
}

describe('openDatabase', () => {
  it('closes an SQLite file that no statement was run on', async () => {
    const maker = open();
    await sql`create table t (a integer)`.execute(maker.kysely);
    await maker.close();
    const unused = open();
    const used = open();
    await sql`insert into t values (1)`.execute(used.kysely);
    await unused.close();
    await used.close();
    // The last one that closes a file takes away what SQLite keeps beside it.
    expect(readdirSync(folder)).toEqual(['a.sqlite']);
  });
});
