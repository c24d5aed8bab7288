import type { TestProject } from 'vitest/node';
import { askVersion } from './ask-version.ts';
import { findServerProgram } from './find-program.ts';
import { engineOfVersion, type ServerEngine, serverNames, type ServerState } from './server-engine.ts';
import { type RunningServer, startServer } from './start-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    servers: Record<ServerEngine, ServerState>;
  }
}

/** Finds or starts both servers, once per run and at the same time, and stops those that it started. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: RunningServer[] = [];
  const stopAll = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const stateOf = async (engine: ServerEngine): Promise<ServerState> => {
    const state = await findOrStart(engine, started);
    report(engine, state);
    return state;
  };
  const [mysql, mariadb] = await Promise.all([stateOf('mysql'), stateOf('mariadb')]);
  project.provide('servers', { mysql, mariadb });
  return stopAll;
}

async function findOrStart(engine: ServerEngine, started: RunningServer[]): Promise<ServerState> {
  const setting = engine === 'mysql' ? 'TEST_MYSQL_URL' : 'TEST_MARIADB_URL';
  const url = process.env[setting];
  try {
    if (url !== undefined && url !== '') {
      const version = await askVersion(url);
      return engineOfVersion(version) === engine
        ? { url, version }
        : { url: null, reason: `${setting} leads to ${version}, which is not ${serverNames[engine]}` };
    }
    const found = findServerProgram(engine, process.env);
    if ('reason' in found) {
      return { url: null, reason: found.reason };
    }
    const server = await startServer({ engine });
    started.push(server);
    return { url: server.url, version: server.version };
  } catch (error) {
    return { url: null, reason: url === undefined ? String(error) : `${setting}: ${String(error)}` };
  }
}

function report(engine: ServerEngine, state: ServerState): void {
  const words = state.url === null ? `NOT RUN: ${state.reason}` : state.version;
  process.stderr.write(`tests on ${serverNames[engine]}: ${words}\n`);
}
