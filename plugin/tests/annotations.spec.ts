import { expect } from '@grafana/plugin-e2e';
import { DATA_SOURCE } from './data-source';
import { choose, field, queryWith, type } from './query-editor';
import { panelOf, test } from './test';

// So little that the first calls of a month spend it.
const BUDGET_CROSSED = { kind: 'events', metrics: ['budget_crossed'], parameters: { budget: 0.001 } };

// Grafana puts its own annotations before those of a dashboard.
const FIRST = '1';

test('events are chosen in the editor of an annotation, and found', async ({
  gotoAnnotationEditPage,
  makeDashboard,
  page,
}) => {
  const uid = await makeDashboard({ annotations: { list: [{ name: 'New', enable: true, datasource: DATA_SOURCE }] } });
  const editPage = await gotoAnnotationEditPage({ dashboard: { uid }, id: FIRST });
  const editor = page.getByRole('main');
  await choose(page, field(editor, 'Look for'), /^Budget crossed/);
  await choose(page, field(editor, 'Look for'), /^New model/);
  // Grafana tries the query after every change; what is typed before it has taken one over would get lost.
  await expect(editor.getByRole('status', { name: 'What the query asks' })).not.toContainText(/new model/i);
  await expect(
    editor.getByRole('status', { name: 'Query result' }).or(editor.getByRole('alert', { name: 'Query result' }))
  ).toBeVisible();
  const asked = queryWith(page, BUDGET_CROSSED);
  await type(editor, 'Budget', '0.001');
  await asked;
  await expect(editPage.runQuery()).toBeOK();
  await expect(editor.getByText(/\d+ events? \(from \d+ fields\)/)).toBeVisible();
});

test('events are drawn on a panel', async ({ gotoDashboardPage, makeDashboard, page, selectors }) => {
  const annotation = { name: 'Budget crossed', enable: true, iconColor: 'red', datasource: DATA_SOURCE };
  const uid = await makeDashboard({
    annotations: { list: [{ ...annotation, target: { refId: 'Anno', ...BUDGET_CROSSED } }] },
    panels: [panelOf('timeseries', { metrics: ['cost'] })],
  });
  const dashboard = await gotoDashboardPage({ uid });
  const { locator } = dashboard.getPanelById('1');
  const marker = locator.getByTestId(selectors.pages.Dashboard.Annotations.marker).first();
  await marker.hover();
  await expect(page.getByTestId('annotation-marker')).toContainText(/budget/i);
});
