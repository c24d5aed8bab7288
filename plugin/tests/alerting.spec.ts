import { expect, test } from '@grafana/plugin-e2e';
import { type APIRequestContext } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataSourceName } from './data-source';
import { pick } from './query-editor';

interface Rule {
  uid: string;
  health: string;
  lastError?: string;
}

test('every rule of the repository is evaluated without an error', async ({ request }) => {
  // The slowest are evaluated every five minutes: until then a Grafana knows nothing of them, or what was before.
  test.setTimeout(360_000);
  const healthy = new Map(repositoryRules().map((uid) => [uid, 'ok']));
  const ofRepository = async () => {
    const rules = await evaluatedRules(request);
    return new Map([...healthy.keys()].map((uid) => [uid, rules.get(uid) ?? 'not provisioned']));
  };
  await expect.poll(ofRepository, { timeout: 330_000 }).toEqual(healthy);
});

test('a new rule is built in the query editor, and its preview gives a number', async ({
  alertRuleEditPage,
  page,
  request,
  selectors,
}) => {
  const query = await alertRuleEditPage.getQueryRow();
  await query.datasource.set(await dataSourceName(request));
  await pick(query.locator, 'Summary');
  await page.getByRole('button', { name: 'Options', exact: true }).click();
  await page.getByRole('button', { name: '10m to now' }).click();
  await page.getByText('Last 90 days').click();
  const preview = await alertRuleEditPage.evaluate();
  expect(preview.status(), await preview.text()).toBe(200);
  const { results } = await preview.json();
  expect(results.A.frames[0].data.values[0][0]).toBeGreaterThan(0);
  // The rule that Grafana proposes fires above zero.
  await expect(
    alertRuleEditPage
      .getByGrafanaSelector(selectors.components.AlertRules.step('2'))
      .getByText('Firing', { exact: true })
  ).toBeVisible();
});

/** The uids in the files of provisioning/alerting. */
function repositoryRules(): string[] {
  const folder = join(__dirname, '..', '..', 'provisioning', 'alerting');
  return readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/^ +- uid: (\S+)$/gm)].map(([, uid = '']) => uid)
  );
}

/** What came of each rule's last evaluation, by uid. */
async function evaluatedRules(request: APIRequestContext): Promise<Map<string, string>> {
  const response = await request.get('/api/prometheus/grafana/api/v1/rules');
  const { data } = await response.json();
  const rules: Rule[] = data.groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
  return new Map(rules.map(({ uid, health, lastError }) => [uid, lastError ? `${health}: ${lastError}` : health]));
}
