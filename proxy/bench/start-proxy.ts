import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ToolError } from '../src/cli/run-tool.ts';
import type { Range } from './direct-sql.ts';
import { loginName, type ProxyOrder, type ProxyStatus, startedSchema, statusSchema } from './proxy-messages.ts';

/** A proxy in a process of its own, and a client that is signed in. */
export interface StartedProxy {
  /** Asks one question as a panel does and reads the answer to the end; returns its data frames. */
  ask: (question: PanelQuestion, range: Range) => Promise<unknown>;
  status: () => Promise<ProxyStatus>;
  close: () => Promise<void>;
}

export interface PanelQuestion {
  name: string;
  query: unknown;
  /** The width of the panel in pixels, or fewer where the panel says so. */
  maxDataPoints?: number;
}

const program = join(import.meta.dirname, 'proxy-process.ts');

/** Those that `npm start` and the image run a proxy with. */
export const nodeFlags = ['--max-semi-space-size=8', '--heap-growing-percent=60', '--expose-gc'];

// As `npm start` does; the image brings what is compiled.
const compileCache = pathToFileURL(join(import.meta.dirname, '..', 'compile-cache.mjs')).href;

const queryTimeoutSeconds = 600;

/** Starts a proxy on a free port of this machine. Its limits of time are longer than usual: slow is a result here. */
export async function startProxy(settings: Record<string, string>): Promise<StartedProxy> {
  const password = randomBytes(16).toString('base64url');
  const child = fork(program, {
    env: {},
    execArgv: [...nodeFlags, `--import=${compileCache}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const order: ProxyOrder = {
    settings: {
      SESSION_SECRET: randomBytes(48).toString('base64url'),
      QUERY_TIMEOUT_SECONDS: String(queryTimeoutSeconds),
      DATABASE_TIMEOUT_SECONDS: String(queryTimeoutSeconds - 1),
      ...settings,
    },
    password,
  };
  try {
    const { port } = startedSchema.parse(await tell(child, order));
    const api = `http://127.0.0.1:${String(port)}/api/v1`;
    const token = await signIn(api, password);
    return {
      ask: (question, range) => askProxy(api, token, question, range),
      status: async () => statusSchema.parse(await tell(child, 'status')),
      close: async () => {
        await postJson(`${api}/logout`, {}, token);
        await end(child);
      },
    };
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Sends a message and resolves to the next one that comes back. */
async function tell(child: ChildProcess, message: ProxyOrder | 'status'): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new ToolError('The proxy ended by itself');
  });
  try {
    const answer = once(child, 'message', { signal }) as Promise<[unknown]>;
    child.send(message);
    const [first] = await Promise.race([answer, ended]);
    return first;
  } finally {
    answered.abort();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.disconnect();
    await exit;
  }
}

async function signIn(api: string, password: string): Promise<string> {
  const { data } = z
    .object({ data: z.object({ token: z.string() }) })
    .parse(await postJson(`${api}/login`, { login_name: loginName, password }));
  return data.token;
}

const answerSchema = z.object({
  results: z.object({ A: z.union([z.object({ frames: z.unknown() }), z.object({ error: z.string() })]) }),
});

async function askProxy(api: string, token: string, question: PanelQuestion, range: Range): Promise<unknown> {
  const { name, query, maxDataPoints } = question;
  const points =
    maxDataPoints === undefined
      ? {}
      : { maxDataPoints, intervalMs: Math.ceil((range.to - range.from) / maxDataPoints) };
  const body = { queries: [{ refId: 'A', ...range, ...points, query }], context: { source: 'panel' } };
  const { A: answer } = answerSchema.parse(await postJson(`${api}/query`, body, token)).results;
  if ('error' in answer) {
    throw new ToolError(`The proxy did not answer ${name}: ${answer.error}`);
  }
  return answer.frames;
}

/** Undefined for an answer without a body. */
async function postJson(address: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new ToolError(`The proxy answered ${String(response.status)}: ${text}`);
  }
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
