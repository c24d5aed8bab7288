import { expect, test } from '@grafana/plugin-e2e';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLUGIN_ID } from './data-source';

interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
}

interface Panel {
  id: number;
  title: string;
  datasource?: { type: string };
}

// What Grafana writes into a panel that can't draw its answer, or can't be drawn itself.
const NOT_DRAWN = /data is missing|unable to render|unexpected error|plugin not found/i;

for (const { uid, title, panels } of repositoryDashboards()) {
  test(`the dashboard ${title} draws every panel without an error`, async ({ gotoDashboardPage, page, selectors }) => {
    test.slow();
    const answers = new Map<string, string>();
    page.on('response', async (response) => {
      if (response.url().includes(selectors.apis.DataSource.query)) {
        const panelId = response.request().headers()['x-panel-id'] ?? '';
        answers.set(panelId, response.status() === 200 ? 'answered' : await response.text());
      }
    });
    const dashboard = await gotoDashboardPage({ uid });
    await expect(page.locator('[data-viz-panel-key]').first()).toBeVisible();

    for (const { id, title, datasource } of panels) {
      const panel = dashboard.getPanelById(String(id));
      // Only what is in sight is drawn, and asks.
      await panel.scrollIntoView();
      await expect(panel.locator).toContainText(title);
      if (datasource?.type === PLUGIN_ID) {
        await expect.poll(() => answers.get(String(id)), title).toBe('answered');
      }
      await expect(panel.locator.getByLabel('Panel loading bar')).toBeHidden();
      await expect(panel.getErrorIcon(), title).toBeHidden();
      await expect(panel.locator).not.toContainText(NOT_DRAWN);
    }
    // Annotations ask for no panel.
    expect(new Set(answers.values())).toEqual(new Set(['answered']));
  });
}

function repositoryDashboards(): Dashboard[] {
  const folder = join(__dirname, '..', '..', 'dashboards');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
