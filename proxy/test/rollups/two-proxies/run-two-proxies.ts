import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { createMetricsTables } from '../../../src/database/metrics-schema.ts';
import { migrateState } from '../../../src/database/migrate.ts';
import { type Database, openDatabase } from '../../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../../src/database/tables.ts';
import { freshDatabase } from '../../servers/fresh-database.ts';
import type { ServerEngine } from '../../servers/server-engine.ts';
import { type Counts, createLedger, total } from './ledger.ts';
import { type Answered, loginName, passwordHash, type RunningProxy, startProxy } from './proxies.ts';
import { startWriters } from './writers.ts';

export interface SoakOptions {
  minutes: number;
  rowsPerSecond: number;
  say: (text: string) => void;
}

export interface SoakResult {
  rows: number;
  seconds: number;
  answers: number;
  /** Of these, those that rollups had a part in. */
  fromRollups: number;
  /** ms of the slowest answer, and of the middle one. */
  slowestMs: number;
  medianMs: number;
  /** How old the newest call was, at most, that an answer did not have and that had been committed before it was asked for. */
  stalestMs: number;
  /** For each kill of the proxy that builds: how long until the other did, in ms. */
  takeOversMs: number[];
  rolledUp: number;
  /** What was wrong, in words. */
  wrong: string[];
}

const longestTakeOverMs = 15_000;
const longestStaleMs = 1000;
const directSqlEveryMs = 5000;
const kills = 2;

/** Two proxies on one database that is written to all the time; the one that builds rollups is killed now and then. */
export async function runTwoProxies(
  engine: ServerEngine,
  serverUrl: string,
  { minutes, rowsPerSecond, say }: SoakOptions
): Promise<SoakResult> {
  const place = await freshDatabase(engine, serverUrl);
  const folder = await mkdtemp(join(tmpdir(), 'ai-metrics-proxies-'));
  const proxies: RunningProxy[] = [];
  const result = noResult();
  try {
    await prepare(place.url, engine);
    proxies.push(await startProxy(1, folder, place.url), await startProxy(2, folder, place.url));
    const direct = await createConnection(place.url);
    const ledger = createLedger();
    const start = performance.now();
    const endAt = start + minutes * 60_000;
    const writers = startWriters(place.url, rowsPerSecond, ledger);
    const alive = new Set(proxies.map(({ number }) => number));
    const durations: number[] = [];

    const askOnce = async (proxy: RunningProxy) => {
      const atLeast = ledger.atLeast();
      const askedAt = performance.now();
      const answer = await proxy.ask();
      const atMost = ledger.atMost();
      durations.push(performance.now() - askedAt);
      result.answers += 1;
      result.fromRollups += answer.fromRollups ? 1 : 0;
      judge(result, `proxy ${String(proxy.number)}`, answer.counts, atLeast, atMost);
      if (total(answer.counts) < total(atLeast)) {
        result.stalestMs = Math.max(result.stalestMs, askedAt - ledger.timeOf(total(answer.counts)));
      }
    };
    const askAlways = async (index: number) => {
      while (performance.now() < endAt) {
        const proxy = proxies[index];
        if (proxy === undefined || !alive.has(proxy.number)) {
          await pause(100);
          continue;
        }
        await askOnce(proxy).catch((error: unknown) => {
          // Who is killed may be cut off in the middle of an answer.
          if (alive.has(proxy.number) && proxies[index] === proxy) {
            result.wrong.push(`proxy ${String(proxy.number)} did not answer: ${String(error)}`);
          }
        });
      }
    };
    const compareWithSql = async () => {
      while (performance.now() < endAt) {
        // SQL itself may take as long, on a busy machine.
        await pause(Math.min(directSqlEveryMs, endAt - performance.now()));
        for (const proxy of proxies.filter(({ number }) => alive.has(number))) {
          const before = await countDirectly(direct);
          const answer = await proxy.ask().catch(() => null);
          const after = await countDirectly(direct);
          if (answer !== null) {
            judge(result, `proxy ${String(proxy.number)} beside SQL`, answer.counts, before, after);
          }
        }
        say(
          `${String(total(ledger.atLeast()))} rows, ${String(result.answers)} answers, ${String(result.wrong.length)} wrong\n`
        );
      }
    };
    const killBuilders = async () => {
      for (let kill = 1; kill <= kills; kill += 1) {
        await pause(Math.max(0, start + ((endAt - start) * kill) / (kills + 1) - performance.now()));
        const index = (await proxies[0]?.builds()) === true ? 0 : 1;
        const [builder, other] = [proxies[index], proxies[1 - index]];
        if (builder === undefined || other === undefined) {
          return;
        }
        alive.delete(builder.number);
        await builder.kill();
        const takenOverMs = await timeUntil(() => other.builds(), 2 * longestTakeOverMs);
        result.takeOversMs.push(takenOverMs);
        say(
          `proxy ${String(builder.number)} was killed; the other builds after ${String(Math.round(takenOverMs))} ms\n`
        );
        proxies[index] = await startProxy(builder.number, folder, place.url);
        alive.add(builder.number);
      }
    };
    await Promise.all([askAlways(0), askAlways(1), compareWithSql(), killBuilders()]);
    await writers.stop();
    result.seconds = (performance.now() - start) / 1000;
    result.rows = total(ledger.atLeast());
    await compareAtTheEnd(result, direct, proxies);
    await direct.end();
    durations.sort((a, b) => a - b);
    result.medianMs = durations[Math.floor(durations.length / 2)] ?? 0;
    result.slowestMs = durations.at(-1) ?? 0;
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await place.drop();
    await rm(folder, { recursive: true, force: true });
  }
  return { ...result, wrong: [...result.wrong, ...brokenPromises(result)] };
}

function noResult(): SoakResult {
  return {
    rows: 0,
    seconds: 0,
    answers: 0,
    fromRollups: 0,
    slowestMs: 0,
    medianMs: 0,
    stalestMs: 0,
    takeOversMs: [],
    rolledUp: 0,
    wrong: [],
  };
}

async function prepare(url: string, engine: ServerEngine): Promise<void> {
  const database = openDatabase<MetricsTables>(url, { poolSize: 1, statementTimeoutSeconds: 20 });
  try {
    await createMetricsTables(database.kysely, engine);
    await migrateState(database as unknown as Database<StateTables>);
    await database.kysely
      .insertInto('users')
      .values({ login_name: loginName, user_name: 'Soak', password_hash: passwordHash, user_type: 1, status: 1 })
      .execute();
  } finally {
    await database.close();
  }
}

function judge(result: SoakResult, who: string, counts: Counts, atLeast: Counts, atMost: Counts): void {
  for (const provider of new Set([...Object.keys(counts), ...Object.keys(atLeast)])) {
    const [count, least, most] = [counts[provider] ?? 0, atLeast[provider] ?? 0, atMost[provider] ?? 0];
    if (count < least || count > most) {
      result.wrong.push(
        `${who}: ${String(count)} calls of ${provider}, and there were ${String(least)} before and ${String(most)} after`
      );
    }
  }
}

async function countDirectly(connection: Connection): Promise<Counts> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT provider, COUNT(*) AS calls FROM ai_metrics GROUP BY provider'
  );
  return Object.fromEntries(rows.map((row) => [String(row['provider']), Number(row['calls'])]));
}

/** Nobody writes any more: counts and costs are to the last digit what SQL says. */
async function compareAtTheEnd(
  result: SoakResult,
  direct: Connection,
  proxies: readonly RunningProxy[]
): Promise<void> {
  const [rows] = await direct.query<RowDataPacket[]>(
    'SELECT provider, COUNT(*) AS calls, SUM(cost) AS cost FROM ai_metrics GROUP BY provider'
  );
  for (const proxy of proxies) {
    const { counts, costs }: Answered = await proxy.ask();
    for (const row of rows) {
      const provider = String(row['provider']);
      if (counts[provider] !== Number(row['calls']) || costs[provider] !== Number(row['cost'])) {
        result.wrong.push(
          `proxy ${String(proxy.number)} at the end: ${String(counts[provider])} calls of ${provider} for ${String(costs[provider])}, not ${String(row['calls'])} for ${String(row['cost'])}`
        );
      }
    }
    result.rolledUp = Math.max(result.rolledUp, (await proxy.rolledUp()) ?? 0);
  }
}

async function timeUntil(isSo: () => Promise<boolean>, longestMs: number): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < longestMs) {
    if (await isSo()) {
      break;
    }
    await pause(50);
  }
  return performance.now() - start;
}

function brokenPromises({ takeOversMs, stalestMs, rolledUp, fromRollups }: SoakResult): string[] {
  return [
    ...takeOversMs
      .filter((ms) => ms > longestTakeOverMs)
      .map((ms) => `nobody built rollups for ${String(Math.round(ms))} ms`),
    ...(stalestMs > longestStaleMs ? [`an answer lacked calls of ${String(Math.round(stalestMs))} ms before`] : []),
    ...(rolledUp === 0 || fromRollups === 0 ? ['rollups answered nothing'] : []),
  ];
}
