import { randomInt } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import type { ServerEngine } from '../servers/server-engine.ts';
import { checkHistories } from './histories/check-histories.ts';

// The long form is `npm run test:rollups`.
const seconds = 20;
const shrinkSeconds = 60;

describeOnEngines(
  'rollups in random histories',
  (engine) => {
    it(
      'answer as rows do: always while nothing changes that they have, and else after an audit',
      async () => {
        const seed = randomInt(2 ** 31);
        const { checked, failure } = await checkHistories(engine as ServerEngine, urlOf(engine as ServerEngine), {
          rounds: 1_000_000,
          seconds,
          seed,
          shrinkSeconds,
        });
        process.stderr.write(`${engine}: ${String(checked.rounds)} histories, seed ${String(seed)}\n`);
        const replay = `npm run test:rollups -- --engine ${engine} --seed ${String(seed)} --path ${failure?.path ?? ''}`;
        expect(failure === null ? null : { replay, ...failure }).toBeNull();
        expect(checked.compared).toBeGreaterThan(0);
      },
      (seconds + shrinkSeconds + 60) * 1000
    );
  },
  ['mysql', 'mariadb']
);

function urlOf(engine: ServerEngine): string {
  return inject('servers')[engine].url ?? '';
}
