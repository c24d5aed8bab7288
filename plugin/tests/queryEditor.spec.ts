import { expect } from '@grafana/plugin-e2e';
import { dataSourceName } from './data-source';
import { choose, field, pick, queryWith, type } from './query-editor';
import { panelOf, test } from './test';

test('a new panel asks for the requests, says so, and keeps them', async ({ panelEditPage, page, request }) => {
  await panelEditPage.datasource.set(await dataSourceName(request));
  const row = panelEditPage.getQueryEditorRow('A');
  await expect(row.getByText('Requests', { exact: true })).toBeVisible();
  await expect(row.getByRole('status', { name: 'What the query asks' })).toContainText(/requests/i);
  const changed = queryWith(page, { metrics: ['requests'], fill: 'zero' });
  await pick(row, 'Zero');
  await changed;
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
});

test('a time series draws the biggest groups and the rest', async ({
  gotoPanelEditPage,
  makeDashboard,
  page,
  selectors,
}) => {
  const uid = await makeDashboard({ panels: [panelOf('timeseries')] });
  const editPage = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const row = editPage.getQueryEditorRow('A');
  await choose(page, field(row, 'Group by'), /^Model/);
  await pick(row, 'The biggest');
  const asked = queryWith(page, { groupBy: ['model_name'], top: { limit: 1, by: 'requests', other: true } });
  await type(row, 'How many', '1');
  await asked;
  await expect(editPage.panel.locator.getByTestId(selectors.components.UPlotChart.container)).toBeVisible();
  await expect(editPage.panel.locator).toContainText('(other)');
  await expect(editPage.panel.getErrorIcon()).toBeHidden();
});

test('a summary is a table with a column per metric, and for what it is compared with', async ({
  gotoPanelEditPage,
  makeDashboard,
  page,
}) => {
  const uid = await makeDashboard({ panels: [panelOf('table')] });
  const editPage = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const row = editPage.getQueryEditorRow('A');
  await pick(row, 'Summary');
  await choose(page, field(row, 'Group by'), /^Provider/);
  const asked = queryWith(page, { kind: 'summary', groupBy: ['provider'], compare: 'week' });
  await choose(page, field(row, 'Compare'), 'Week before');
  expect(Object.keys(await asked)).toEqual(['provider', 'requests', 'previous', 'delta', 'delta_ratio']);
  await expect(editPage.panel.fieldNames).toContainText([/provider/i, /requests/i, /week before/i]);
  await expect(editPage.panel.data).not.toHaveCount(0);
  await expect(editPage.panel.getErrorIcon()).toBeHidden();
});

test('a heatmap draws the cells of one metric', async ({ gotoPanelEditPage, makeDashboard, page, selectors }) => {
  const uid = await makeDashboard({ panels: [panelOf('heatmap')] });
  const editPage = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const row = editPage.getQueryEditorRow('A');
  await pick(row, 'Heatmap');
  const asked = queryWith(page, { kind: 'heatmap', metrics: ['cost'] });
  await choose(page, field(row, 'Metric'), /^Cost/);
  await asked;
  await expect(editPage.panel.locator.getByTestId(selectors.components.UPlotChart.container)).toBeVisible();
  await expect(editPage.panel.getErrorIcon()).toBeHidden();
});

test('calls are rows, in the order that is chosen', async ({ gotoPanelEditPage, makeDashboard, page }) => {
  const uid = await makeDashboard({ panels: [panelOf('table')] });
  const editPage = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const row = editPage.getQueryEditorRow('A');
  await pick(row, 'Calls');
  const asked = queryWith(page, { kind: 'calls', order: { by: 'total_time', direction: 'desc' } });
  await choose(page, field(row, 'Order by'), 'Duration');
  const { total_time: durations = [] } = await asked;
  expect(durations.length).toBeGreaterThan(0);
  expect(durations).toEqual([...durations].sort((a, b) => Number(b) - Number(a)));
  await expect(editPage.panel.data).not.toHaveCount(0);
  await expect(editPage.panel.getErrorIcon()).toBeHidden();
});

test('events are rows that say what happened', async ({ gotoPanelEditPage, makeDashboard, page }) => {
  const uid = await makeDashboard({ panels: [panelOf('table')] });
  const editPage = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const row = editPage.getQueryEditorRow('A');
  await pick(row, 'Events');
  await choose(page, field(row, 'Look for'), /^Budget crossed/);
  // So little that the first calls of a month spend it.
  const asked = queryWith(page, { kind: 'events', parameters: { budget: 0.001 } });
  await type(row, 'Budget', '0.001');
  const { event } = await asked;
  expect(event).toContain('budget_crossed');
  await expect(editPage.panel.fieldNames).toContainText([/time/i, /title/i, /text/i]);
  await expect(editPage.panel.data).not.toHaveCount(0);
  await expect(editPage.panel.getErrorIcon()).toBeHidden();
});

test('filter values are suggested, and an interval and a zone can be chosen', async ({
  gotoPanelEditPage,
  makeDashboard,
  page,
}) => {
  const uid = await makeDashboard({ panels: [panelOf('timeseries')] });
  const editPage = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const row = editPage.getQueryEditorRow('A');
  await row.getByRole('button', { name: 'Add filter' }).click();
  await field(row, 'Filter 1 value').click();
  const suggestion = page.getByRole('option').first();
  const provider = await suggestion.textContent();
  const filtered = queryWith(page, { filters: [{ key: 'provider', operator: '=', values: [provider] }] });
  await suggestion.click();
  await filtered;

  const bucketed = queryWith(page, { interval: '1h', timezone: 'Asia/Kathmandu' });
  await choose(page, field(row, 'Interval'), '1h');
  await field(row, 'Zone of days').fill('kathm');
  await page.getByRole('option', { name: 'Asia/Kathmandu' }).click();
  await bucketed;
  await expect(editPage.panel.getErrorIcon()).toBeHidden();
});
