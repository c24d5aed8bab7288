import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import type { Engine } from '../../src/database/dialect.ts';

export interface FreshDatabase {
  /** As DATABASE_URL takes it. */
  url: string;
  drop(): Promise<void>;
}

/**
 * An empty database that nobody else uses: on the server of this run, at `serverUrl` (of a server of one's own), or for
 * SQLite in a temporary file. Close what is open on it before `drop()`.
 */
export async function freshDatabase(engine: Engine, serverUrl?: string): Promise<FreshDatabase> {
  return engine === 'sqlite' ? freshFile() : freshOnServer(serverUrl ?? urlOf(engine));
}

async function freshFile(): Promise<FreshDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-metrics-sqlite-'));
  return {
    url: `sqlite:${join(folder, 'test.db')}`,
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function freshOnServer(serverUrl: string): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(serverUrl, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name}`),
  };
}

function urlOf(engine: Exclude<Engine, 'sqlite'>): string {
  const state = inject('servers')[engine];
  if (state.url === null) {
    throw new Error(state.reason);
  }
  return state.url;
}

async function execute(url: string, statement: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 10_000 });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
