import { spawnSync } from 'node:child_process';

/** The command of Compose 2: what TEST_COMPOSE names, Docker's plugin, or `docker-compose`; undefined where there is none. */
export function findCompose(env: NodeJS.ProcessEnv): [string, ...string[]] | undefined {
  const candidates: [string, ...string[]][] =
    env['TEST_COMPOSE'] === undefined ? [['docker', 'compose'], ['docker-compose']] : [[env['TEST_COMPOSE']]];
  return candidates.find(([program, ...rest]) => {
    const { status, stdout } = spawnSync(program, [...rest, 'version', '--short'], { encoding: 'utf8', env });
    return status === 0 && /^v?([2-9]|\d\d)\./.test(stdout);
  });
}
