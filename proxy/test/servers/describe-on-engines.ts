import { describe, inject, it } from 'vitest';
import type { Engine } from '../../src/database/dialect.ts';
import { serverNames } from './server-engine.ts';

const everyEngine: Engine[] = ['sqlite', 'mysql', 'mariadb'];

/**
 * Runs a suite once per engine, as `<name> on <engine>`. Where there is no server the suite is skipped, and its name says
 * `NOT RUN` and why; with REQUIRE_ALL=1 it fails instead.
 */
export function describeOnEngines(
  name: string,
  suite: (engine: Engine) => void,
  engines: Engine[] = everyEngine
): void {
  for (const engine of engines) {
    const missing = reasonWithout(engine);
    const title = `${name} on ${engine}`;
    if (missing === undefined) {
      describe(title, () => {
        suite(engine);
      });
    } else if (process.env['REQUIRE_ALL'] === '1') {
      describe(title, () => {
        it('has a server', () => {
          throw new Error(missing);
        });
      });
    } else {
      describe.skip(`${title} NOT RUN: ${missing}`, () => {
        suite(engine);
      });
    }
  }
}

function reasonWithout(engine: Engine): string | undefined {
  if (engine === 'sqlite') {
    return undefined;
  }
  const state = inject('servers')[engine];
  return state.url === null ? `${serverNames[engine]}: ${state.reason}` : undefined;
}
