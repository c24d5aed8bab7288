import { expect } from '@grafana/plugin-e2e';
import { dataSourceName, TIME_RANGE } from './data-source';
import { choose, field, pick, queryWith } from './query-editor';
import { panelOf, test } from './test';

test('Explore draws what is chosen', async ({ explorePage, page, request, selectors }) => {
  await explorePage.timeRange.set(TIME_RANGE);
  await explorePage.datasource.set(await dataSourceName(request));
  const row = explorePage.getQueryEditorRow('A');
  const asked = queryWith(page, { metrics: ['requests', 'cost'] });
  await choose(page, field(row, 'Metrics'), /^Cost Sum/);
  await asked;
  await expect(
    explorePage.timeSeriesPanel.locator.getByTestId(selectors.components.UPlotChart.container)
  ).toBeVisible();
});

test('Explore shows a summary as a table', async ({ explorePage, page, request }) => {
  await explorePage.timeRange.set(TIME_RANGE);
  await explorePage.datasource.set(await dataSourceName(request));
  const row = explorePage.getQueryEditorRow('A');
  await pick(row, 'Summary');
  await choose(page, field(row, 'Metrics'), /^Cost Sum/);
  await choose(page, field(row, 'Group by'), /^Provider/);
  await expect(explorePage.tablePanel.fieldNames).toContainText([/provider/i, /requests/i, /cost/i]);
  await expect(explorePage.tablePanel.data).not.toHaveCount(0);
});

test('a point leads to the calls behind it', async ({ gotoDashboardPage, makeDashboard, page, selectors }) => {
  const query = { metrics: ['cost'], interval: 'day', fill: 'zero' };
  // Whatever the values are, the line lies in the middle.
  const middle = { fieldConfig: { defaults: { min: -1e12, max: 1e12 }, overrides: [] } };
  const uid = await makeDashboard({ panels: [panelOf('timeseries', query, middle)] });
  const dashboard = await gotoDashboardPage({ uid });
  const { locator } = dashboard.getPanelById('1');
  const chart = locator.getByTestId(selectors.components.UPlotChart.container).locator('.u-over');
  await chart.hover();
  await expect(dashboard.getByGrafanaSelector(selectors.components.Panels.Visualization.Tooltip.Wrapper)).toBeVisible();
  await chart.click();
  const asked = queryWith(page, { kind: 'calls', order: { by: 'cost', direction: 'desc' } });
  await page.getByRole('link', { name: 'Calls behind this, in Explore' }).click();
  const { start_time: starts = [] } = await asked;
  // All of one day.
  expect(new Set(starts.map((start) => new Date(Number(start)).toISOString().slice(0, 10))).size).toBe(1);
});
