import type { MetricsSource } from '../../../src/database/metrics-source.ts';
import { openDatabase } from '../../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../../src/database/tables.ts';
import { type BuilderOptions, type BuilderUnderTest, createBuilder } from './builder-under-test.ts';
import { openLink, type WatchedLink } from './watched-link.ts';

export interface DatabaseUrls {
  metrics: string;
  state: string;
}

/** Where a builder sits: its way to the databases, and its connections. A new one can take the place of a dead one. */
export interface BuilderSeat {
  link: () => WatchedLink;
  builder: () => BuilderUnderTest;
  /** A new builder, which knows nothing of the one before. */
  renew: (options: BuilderOptions) => void;
  /** The same after the link has died: by a new one. */
  replace: (options: BuilderOptions) => Promise<void>;
  close: () => Promise<void>;
}

export async function openSeat(urls: DatabaseUrls, source: MetricsSource): Promise<BuilderSeat> {
  let connected = await connect(urls);
  let builder: BuilderUnderTest | undefined;
  const renew = (options: BuilderOptions) => {
    builder = createBuilder({ metrics: connected.metrics, state: connected.state, source }, options);
  };
  return {
    link: () => connected.link,
    builder: () => {
      if (builder === undefined) {
        throw new Error('Nobody sits here yet');
      }
      return builder;
    },
    renew,
    replace: async (options) => {
      await connected.close();
      connected = await connect(urls);
      renew(options);
    },
    close: () => connected.close(),
  };
}

async function connect(urls: DatabaseUrls) {
  const link = await openLink(urls.metrics);
  const options = { poolSize: 1, statementTimeoutSeconds: 20 };
  const metrics = openDatabase<MetricsTables>(link.through(urls.metrics), options);
  const state = openDatabase<StateTables>(link.through(urls.state), options);
  return {
    link,
    metrics,
    state,
    close: async () => {
      // Connections end with the link: what would wait for an answer waits no longer.
      await link.close();
      await Promise.allSettled([metrics.close(), state.close()]);
    },
  };
}
