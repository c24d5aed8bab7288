import { DataSourceConfigPage, test as base } from '@grafana/plugin-e2e';
import { type APIResponse } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { DATA_SOURCE, TIME_RANGE } from './data-source';

interface Fixtures {
  /** Stores a dashboard for the time of the test, over the calls since last month, and returns its uid. */
  makeDashboard: (dashboard: Record<string, unknown>) => Promise<string>;
}

export const test = base.extend<Fixtures>({
  // plugin-e2e's own sign in to Grafana's API as at its login form, which is off.
  gotoDataSourceConfigPage: async ({ page, request, selectors, grafanaVersion }, use, testInfo) => {
    await use(async (uid) => {
      const settings = await answered(await request.get(`/api/datasources/uid/${uid}`));
      const context = { page, request, selectors, grafanaVersion, testInfo };
      const configPage = new DataSourceConfigPage(context, settings);
      await configPage.goto();
      return configPage;
    });
  },
  createDataSourceConfigPage: async ({ gotoDataSourceConfigPage, request }, use) => {
    const configPages: DataSourceConfigPage[] = [];
    await use(async ({ type }) => {
      const settings = { type, name: `${type}-${randomUUID()}`, access: 'proxy' };
      const { datasource } = await answered(await request.post('/api/datasources', { data: settings }));
      const configPage = await gotoDataSourceConfigPage(datasource.uid);
      configPages.push(configPage);
      return configPage;
    });
    for (const configPage of configPages) {
      await configPage.deleteDataSource();
    }
  },
  makeDashboard: async ({ request }, use) => {
    const uids: string[] = [];
    await use(async (dashboard) => {
      const uid = `e2e-${randomUUID().slice(0, 13)}`;
      const response = await request.post('/api/dashboards/db', {
        data: { dashboard: { title: `Browser test ${uid}`, time: TIME_RANGE, schemaVersion: 41, ...dashboard, uid } },
      });
      await answered(response);
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

async function answered(response: APIResponse) {
  if (!response.ok()) {
    throw new Error(`${response.url()}: HTTP ${response.status()} ${await response.text()}`);
  }
  return response.json();
}
