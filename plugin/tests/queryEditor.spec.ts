import { expect, test } from '@grafana/plugin-e2e';
import { type Locator, type Page } from '@playwright/test';
import { dataSourceName } from './data-source';

test('a new panel asks for the requests, says so, and keeps them', async ({ panelEditPage, page, request }) => {
  await panelEditPage.datasource.set(await dataSourceName(request));
  const row = panelEditPage.getQueryEditorRow('A');
  await expect(row.getByText('Requests', { exact: true })).toBeVisible();
  const changed = queryWith(page, { metrics: ['requests'], fill: 'zero' });
  await pick(row, 'Zero');
  await changed;
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
});

test('a summary is a table with a column per metric', async ({ explorePage, page, request }) => {
  await explorePage.datasource.set(await dataSourceName(request));
  const row = explorePage.getQueryEditorRow('A');
  await pick(row, 'Summary');
  await choose(page, field(row, 'Metrics'), /^Cost Sum/);
  await choose(page, field(row, 'Group by'), /^Provider/);
  await expect(explorePage.tablePanel.fieldNames).toContainText([/provider/i, /requests/i, /cost/i]);
});

test('filter values are suggested, and an interval and a zone can be chosen', async ({
  panelEditPage,
  page,
  request,
}) => {
  await panelEditPage.datasource.set(await dataSourceName(request));
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByRole('button', { name: 'Add filter' }).click();
  await field(row, 'Filter 1 value').click();
  const suggestion = page.getByRole('option').first();
  const provider = await suggestion.textContent();
  const filtered = queryWith(page, { filters: [{ key: 'provider', operator: '=', values: [provider] }] });
  await suggestion.click();
  await filtered;

  const bucketed = queryWith(page, { interval: '1h', timezone: 'Asia/Kathmandu' });
  await choose(page, field(row, 'Interval'), '1h');
  await field(row, 'Time zone').fill('kathm');
  await page.getByRole('option', { name: 'Asia/Kathmandu' }).click();
  await bucketed;
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
});

test('a query variable lists the values of a dimension', async ({ variableEditPage, page, request }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(await dataSourceName(request));
  await choose(page, page.getByRole('combobox', { name: 'Values of', exact: true }), 'Model');
  const answer = page.waitForResponse((response) => response.url().includes('/dimensions/model_name/values'));
  await variableEditPage.runQuery();
  await expect(answer).toBeOK();
});

test('Explore draws what is chosen', async ({ explorePage, page, request }) => {
  await explorePage.datasource.set(await dataSourceName(request));
  const row = explorePage.getQueryEditorRow('A');
  const asked = queryWith(page, { metrics: ['requests', 'cost'] });
  await choose(page, field(row, 'Metrics'), /^Cost Sum/);
  await asked;
  await expect(explorePage.timeSeriesPanel.locator).toBeVisible();
});

function field(row: Locator, name: string): Locator {
  return row.getByRole('combobox', { name, exact: true });
}

async function pick(row: Locator, radio: string) {
  // Its label is drawn over it.
  await row.getByRole('radio', { name: radio }).check({ force: true });
}

async function choose(page: Page, combobox: Locator, option: string | RegExp) {
  await combobox.click();
  await page.getByRole('option', { name: option }).first().click();
  await page.keyboard.press('Escape');
}

/** Waits for a query that has these fields, and for its success. */
async function queryWith(page: Page, fields: Record<string, unknown>) {
  const response = await page.waitForResponse((candidate) => {
    if (!candidate.url().includes('/api/ds/query')) {
      return false;
    }
    const [query] = candidate.request().postDataJSON().queries;
    return Object.entries(fields).every(([name, value]) => JSON.stringify(query[name]) === JSON.stringify(value));
  });
  expect(response.status()).toBe(200);
}
