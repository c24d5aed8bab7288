/** `npm start`: the proxy, and beside it a Grafana with everything provisioned where one is found. */
import { systemClock } from '../../proxy/src/clock.ts';
import { ConfigError, loadConfig, readEnvironment } from '../../proxy/src/config.ts';
import { exitCodeOf } from './child.ts';
import { NoGrafana, WrongSetting } from './no-grafana.ts';
import { prepareGrafana } from './prepare-grafana.ts';
import { runBoth } from './run-both.ts';
import { listenForStop } from './stop-requests.ts';

const env = readEnvironment();
const requests = listenForStop(env['npm_lifecycle_event'] === 'start');
const print = (text: string) => process.stdout.write(text);
const warn = (text: string) => process.stderr.write(text);

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof WrongSetting)) {
    throw error;
  }
  warn(`${error.message}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  const config = loadConfig(env);
  const context = { env, clock: systemClock, requests, say: (text: string) => print(`${text}\n`) };
  const prepared = await prepareGrafana(process.cwd(), config, context).catch(unlessMissing);
  if (requests.stop.aborted) {
    process.exit(exitCodeOf(requests.signal()));
  }
  if (prepared instanceof NoGrafana) {
    await runProxyAlone();
    warn(`${prepared.message}.\n`);
    return;
  }
  process.exit(await runBoth(prepared, { config, env, requests, print, warn }));
}

/** As without this program: the proxy in this process, and signals are its own business. */
async function runProxyAlone(): Promise<void> {
  requests.forget();
  requests.stop.addEventListener('abort', () => process.kill(process.pid, 'SIGTERM'));
  await import('../../proxy/src/main.ts');
}

function unlessMissing(error: unknown): NoGrafana {
  if (error instanceof NoGrafana) {
    return error;
  }
  throw error;
}
