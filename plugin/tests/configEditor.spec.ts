import { expect } from '@grafana/plugin-e2e';
import { DATA_SOURCE_UID, PLUGIN_ID } from './data-source';
import { test } from './test';

test('the provisioned data source is healthy, and shows no secret', async ({ gotoDataSourceConfigPage, page }) => {
  const configPage = await gotoDataSourceConfigPage(DATA_SOURCE_UID);
  await expect(page.getByLabel(/^Login/)).toHaveValue('configured');
  await expect(page.getByLabel(/^Password/)).toHaveValue('configured');

  await page.getByRole('button', { name: /^(Save & test|Test)$/ }).click();
  await expect(configPage).toHaveAlert('success', { hasText: 'Connected to AI Metrics proxy' });
});

test('an address where nothing answers is said, and the secrets are stored out of sight', async ({
  createDataSourceConfigPage,
  page,
}) => {
  const configPage = await createDataSourceConfigPage({ type: PLUGIN_ID });
  await page.getByLabel(/^Address/).fill('http://127.0.0.1:1');
  await page.getByLabel(/^Login/).fill('nobody');
  await page.getByLabel(/^Password/).fill('not-a-real-password');

  await expect(configPage.saveAndTest()).not.toBeOK();
  await expect(configPage).toHaveAlert('error', { hasText: 'http://127.0.0.1:1' });
  await expect(page.getByLabel(/^Password/)).toHaveValue('configured');
  expect(await page.content()).not.toContain('not-a-real-password');
});
