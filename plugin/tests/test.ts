import { test as base } from '@grafana/plugin-e2e';
import { randomUUID } from 'node:crypto';
import { DATA_SOURCE, TIME_RANGE } from './data-source';

interface Fixtures {
  /** Stores a dashboard for the time of the test, over the calls since last month, and returns its uid. */
  makeDashboard: (dashboard: Record<string, unknown>) => Promise<string>;
}

export const test = base.extend<Fixtures>({
  makeDashboard: async ({ request }, use) => {
    const uids: string[] = [];
    await use(async (dashboard) => {
      const uid = `e2e-${randomUUID().slice(0, 13)}`;
      const response = await request.post('/api/dashboards/db', {
        data: { dashboard: { title: `Browser test ${uid}`, time: TIME_RANGE, schemaVersion: 41, ...dashboard, uid } },
      });
      if (!response.ok()) {
        throw new Error(`The dashboard can't be stored: HTTP ${response.status()} ${await response.text()}`);
      }
      uids.push(uid);
      return uid;
    });
    for (const uid of uids) {
      await request.delete(`/api/dashboards/uid/${uid}`);
    }
  },
});

/** A panel of a dashboard, with a query of the provisioned data source; without fields it is the editor's first one. */
export function panelOf(type: string, query: Record<string, unknown> = {}, panel: Record<string, unknown> = {}) {
  return {
    id: 1,
    type,
    title: 'Panel under test',
    gridPos: { x: 0, y: 0, w: 24, h: 12 },
    datasource: DATA_SOURCE,
    targets: [{ refId: 'A', datasource: DATA_SOURCE, ...query }],
    ...panel,
  };
}
