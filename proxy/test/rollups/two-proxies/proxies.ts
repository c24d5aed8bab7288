import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { z } from 'zod';
import { hashPassword } from '../../../src/auth/password.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Run } from '../../support/run-program.ts';
import { runProxy } from '../../support/run-proxy.ts';
import type { Counts } from './ledger.ts';

/** A proxy in a process of its own. */
export interface RunningProxy {
  number: number;
  /** Calls by provider over all of the time. */
  ask: () => Promise<Answered>;
  /** Does it build the rollups? */
  builds: () => Promise<boolean>;
  /** Calls that are in rollups; null where it doesn't build them. */
  rolledUp: () => Promise<number | null>;
  kill: () => Promise<void>;
  stop: () => Promise<void>;
}

export interface Answered {
  counts: Counts;
  costs: Counts;
  fromRollups: boolean;
}

export const loginName = 'soak';
const password = 'correct horse battery staple';
export const passwordHash = hashPassword(password);
const secret = randomBytes(48).toString('base64url');
const days = 60 * 86_400_000;

const healthSchema = z.object({
  data: z.object({ rollups: z.object({ state: z.string(), calls: z.number().optional() }) }),
});
const answerSchema = z.object({
  results: z.object({
    A: z.object({
      frames: z.array(
        z.object({
          schema: z.object({
            meta: z.object({ notices: z.array(z.object({ text: z.string() })).optional() }),
          }),
          data: z.object({ values: z.array(z.array(z.union([z.string(), z.number(), z.null()]))) }),
        })
      ),
    }),
  }),
});

export async function startProxy(number: number, folder: string, databaseUrl: string): Promise<RunningProxy> {
  const run: Run = runProxy(folder, { DATABASE_URL: databaseUrl, SESSION_SECRET: secret, LOG_LEVEL: 'info' });
  const [, address = ''] = await run.seen(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/);
  const token = await signIn(address);
  const health = async () => {
    const response = await fetch(`${address}/health`);
    return healthSchema.parse(await response.json()).data.rollups;
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (run.child.exitCode === null && run.child.signalCode === null) {
      const ended = once(run.child, 'exit');
      run.child.kill(signal);
      await ended;
    }
  };
  return {
    number,
    ask: () => askCounts(address, token),
    builds: async () => ['filling', 'following'].includes((await health()).state),
    rolledUp: async () => (await health()).calls ?? null,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function signIn(address: string): Promise<string> {
  const body = await postJson(`${address}/api/v1/login`, { login_name: loginName, password });
  return z.object({ data: z.object({ token: z.string() }) }).parse(body).data.token;
}

async function askCounts(address: string, token: string): Promise<Answered> {
  const now = systemClock();
  const query = { kind: 'summary', metrics: ['requests', 'cost'], groupBy: ['provider'] };
  const body = { queries: [{ refId: 'A', from: now - days, to: now + days, query }], context: { source: 'panel' } };
  const [frame] = answerSchema.parse(await postJson(`${address}/api/v1/query`, body, token)).results.A.frames;
  const [providers = [], counts = [], costs = []] = frame?.data.values ?? [];
  const byProvider = (values: readonly (string | number | null)[]): Counts =>
    Object.fromEntries(providers.map((provider, index) => [String(provider), Number(values[index] ?? 0)]));
  const notices = frame?.schema.meta.notices ?? [];
  return {
    counts: byProvider(counts),
    costs: byProvider(costs),
    fromRollups: notices.some(({ text }) => text.includes('From rollups')),
  };
}

async function postJson(address: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`The proxy answered ${String(response.status)}: ${await response.text()}`);
  }
  return response.json();
}
