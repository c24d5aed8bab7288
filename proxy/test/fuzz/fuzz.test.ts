import { randomInt } from 'node:crypto';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { Env } from '../../src/routes/env.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { fuzz } from './fuzz.ts';
import { type FuzzTarget, openFuzzTarget } from './open-fuzz-target.ts';

// The long form is `npm run fuzz`.
const seconds = 6;

async function using(target: Promise<FuzzTarget>, use: (target: FuzzTarget) => Promise<void>): Promise<void> {
  const opened = await target;
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}

describeOnEngines(
  'generated requests',
  (engine) => {
    it('are answered, whatever they are', async () => {
      await using(openFuzzTarget(engine), async (target) => {
        const seed = randomInt(2 ** 31);
        const { tried, finding } = await fuzz(target, { inputs: 1_000_000, seconds, seed, path: undefined });
        process.stderr.write(`${engine}: ${String(tried.inputs)} requests, seed ${String(seed)}\n`);
        const replay = `npm run fuzz -- --engine ${engine} --seed ${String(seed)} --path ${finding?.path ?? ''}`;
        expect(finding === null ? null : { replay, ...finding }).toBeNull();
        // All of it was reached.
        for (const status of [200, 400, 401, 404]) {
          expect(tried.statuses.get(status) ?? 0, String(status)).toBeGreaterThan(0);
        }
      });
    }, 120_000);
  },
  ['sqlite', 'mysql']
);

describeOnEngines(
  'fuzz',
  (engine) => {
    /** The same target with a fault of its own for some requests. */
    const spoiled = (target: FuzzTarget, isSpoiled: (path: string) => boolean, answer: () => Response): FuzzTarget => {
      const app = new Hono<Env>();
      app.all('*', (c) => (isSpoiled(c.req.path) ? answer() : target.app.fetch(c.req.raw)));
      return { ...target, app };
    };
    const options = { inputs: 3000, seconds: 60, seed: 1, path: undefined };

    it('finds a fault, makes it small and finds it again by its path', async () => {
      await using(openFuzzTarget(engine), async (target) => {
        const bad = spoiled(
          target,
          (path) => path.endsWith('/catalog'),
          () => Response.json({ error: { code: 'internal', message: 'a', request_id: 'r' } }, { status: 500 })
        );
        const { finding } = await fuzz(bad, options);
        expect(finding).toMatchObject({
          fault: 'status 500',
          request: { headers: [], body: { is: 'none' }, wire: null },
        });
        const again = await fuzz(bad, { ...options, path: finding?.path });
        expect(again.finding).toMatchObject({ request: finding?.request, fault: 'status 500' });
        expect((await fuzz(target, { ...options, path: finding?.path })).finding).toBeNull();
      });
    }, 120_000);

    it('finds a rejection that nobody handles', async () => {
      await using(openFuzzTarget(engine), async (target) => {
        const bad = spoiled(
          target,
          (path) => path.endsWith('/ready'),
          () => {
            void Promise.reject(new Error('forgotten'));
            return new Response('');
          }
        );
        const { finding } = await fuzz(bad, options);
        expect(finding?.fault).toMatch(/^crashed: Error: forgotten/);
      });
    }, 120_000);
  },
  ['sqlite']
);
