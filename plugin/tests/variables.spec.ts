import { expect } from '@grafana/plugin-e2e';
import { type Locator, type Page } from '@playwright/test';
import { DATA_SOURCE, dataSourceName } from './data-source';
import { choose, queryWith } from './query-editor';
import { panelOf, test } from './test';

test('a query variable lists the values of a dimension', async ({ page, request, variableEditPage }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(await dataSourceName(request));
  await choose(page, page.getByRole('combobox', { name: 'Values of', exact: true }), 'Model');
  const answer = page.waitForResponse((response) => response.url().includes('/dimensions/model_name/values'));
  await variableEditPage.runQuery();
  await expect(answer).toBeOK();
});

test('providers narrow the models that are offered, and the answer; All takes it back', async ({
  gotoDashboardPage,
  makeDashboard,
  page,
}) => {
  const query = { kind: 'summary', metrics: ['requests'], groupBy: ['provider', 'model_name'] };
  const ofProvider = { key: 'provider', operator: 'in', values: ['$provider'] };
  const ofModel = { key: 'model_name', operator: 'in', values: ['$model'] };
  const uid = await makeDashboard({
    templating: {
      list: [
        multiValue('provider', { dimension: 'provider' }),
        multiValue('model', { dimension: 'model_name', filters: [ofProvider] }),
      ],
    },
    panels: [panelOf('table', { ...query, filters: [ofProvider, ofModel] })],
  });
  const everything = queryWith(page, { filters: [] });
  await gotoDashboardPage({ uid });
  const all = await everything;
  const names = all.provider?.map(String) ?? [];
  const some = [...new Set([names.at(0), names.at(-1)])].map(String);
  const modelsOfSome = all.model_name?.filter((_, row) => some.includes(names[row] ?? ''));

  const narrowed = queryWith(page, { filters: [{ ...ofProvider, values: some }] });
  await toggle(page, 'provider', some);
  expect((await narrowed).model_name).toEqual(modelsOfSome);
  await variable(page, 'model').click();
  await expect(options(page).nth(2)).toBeVisible();
  // The first two are the number of the chosen, and All. Of a long list only the beginning is there.
  const offered = (await options(page).allTextContents()).slice(2);
  expect(modelsOfSome).toEqual(expect.arrayContaining(offered));
  await page.keyboard.press('Escape');

  const again = queryWith(page, { filters: [] });
  await toggle(page, 'provider', ['All']);
  expect((await again).model_name).toEqual(all.model_name);
});

test('an ad hoc filter suggests values, and narrows the answer', async ({ gotoDashboardPage, makeDashboard, page }) => {
  const uid = await makeDashboard({
    templating: { list: [{ type: 'adhoc', name: 'narrowed', datasource: DATA_SOURCE, filters: [] }] },
    panels: [panelOf('table', { kind: 'summary', metrics: ['requests'], groupBy: ['provider'] })],
  });
  const everything = queryWith(page, { groupBy: ['provider'] });
  await gotoDashboardPage({ uid });
  const { provider: providers = [] } = await everything;

  await variable(page, 'narrowed').click();
  await page.getByRole('option', { name: 'Provider' }).click();
  await page.getByRole('option', { name: '= Equals', exact: true }).click();
  const first = String(providers.at(0));
  const narrowed = queryWith(page, { filters: [{ key: 'provider', operator: '=', values: [first] }] });
  await page.getByRole('option', { name: first, exact: true }).click();
  expect((await narrowed).provider).toEqual([first]);
});

test('an interval and a zone are chosen by variables', async ({ gotoDashboardPage, makeDashboard, page }) => {
  const uid = await makeDashboard({
    templating: {
      list: [
        { type: 'interval', name: 'width', query: '1h,1d', current: { text: '1h', value: '1h' } },
        { type: 'custom', name: 'zone', query: 'UTC,Asia/Kathmandu', current: { text: 'UTC', value: 'UTC' } },
      ],
    },
    panels: [panelOf('timeseries', { metrics: ['requests'], interval: '$width', timezone: '$zone' })],
  });
  const hours = queryWith(page, { interval: '1h', timezone: 'UTC' });
  await gotoDashboardPage({ uid });
  await hours;

  const days = queryWith(page, { interval: 'day', timezone: 'UTC' });
  await variable(page, 'width').click();
  await options(page).filter({ hasText: '1d' }).click();
  await days;
  const ofTheZone = queryWith(page, { interval: 'day', timezone: 'Asia/Kathmandu' });
  await variable(page, 'zone').click();
  await options(page).filter({ hasText: 'Asia/Kathmandu' }).click();
  // Midnight there is 18:15 UTC.
  const { time = [] } = await ofTheZone;
  expect(new Set(time.map((start) => new Date(Number(start)).toISOString().slice(11)))).toEqual(
    new Set(['18:15:00.000Z'])
  );
});

/** A variable like those of the repository's dashboards. */
function multiValue(name: string, query: Record<string, unknown>) {
  return {
    type: 'query',
    name,
    datasource: DATA_SOURCE,
    query: { refId: 'variable', ...query },
    refresh: 2,
    multi: true,
    includeAll: true,
    current: { text: ['All'], value: ['$__all'] },
  };
}

/** Takes values of a variable into its choice, or out of it. */
async function toggle(page: Page, name: string, values: string[]) {
  await variable(page, name).click();
  for (const value of values) {
    await options(page).filter({ hasText: value }).first().click();
  }
  // Only then the choice holds.
  await page.keyboard.press('Tab');
}

/** The list of a variable at the top of a dashboard. */
function variable(page: Page, name: string): Locator {
  const label = page.getByTestId(`data-testid Dashboard template variables submenu Label ${name}`);
  return page.getByTestId('data-testid template variable').filter({ has: label }).getByRole('combobox');
}

function options(page: Page): Locator {
  return page.getByTestId('data-testid Select option');
}
