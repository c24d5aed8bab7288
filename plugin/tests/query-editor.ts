import { expect } from '@grafana/plugin-e2e';
import { type Locator, type Page, type Response } from '@playwright/test';

/** A list of the query editor, by its label. */
export function field(row: Locator, name: string): Locator {
  return row.getByRole('combobox', { name, exact: true });
}

/** Chooses one of a few that are all in sight. */
export async function pick(row: Locator, radio: string) {
  // Its label is drawn over it.
  await row.getByRole('radio', { name: radio, exact: true }).check({ force: true });
}

/** Chooses from a list. */
export async function choose(page: Page, combobox: Locator, option: string | RegExp) {
  await combobox.click();
  await page.getByRole('option', { name: option }).first().click();
  await page.keyboard.press('Escape');
}

/** Types into a text field, and leaves it. */
export async function type(row: Locator, label: string, text: string) {
  const input = row.getByRole('textbox', { name: label, exact: true });
  await input.fill(text);
  await input.press('Enter');
}

/** Waits for a query that has these fields, and for its success; returns the values of its first frame, by field. */
export async function queryWith(page: Page, fields: Record<string, unknown>): Promise<Record<string, unknown[]>> {
  const response = await page.waitForResponse((candidate) => {
    const query = firstQuery(candidate);
    return Object.entries(fields).every(([name, value]) => JSON.stringify(query?.[name]) === JSON.stringify(value));
  });
  expect(response.status(), await response.text()).toBe(200);
  const { results } = await response.json();
  const [frame] = results[firstQuery(response)?.refId].frames;
  return Object.fromEntries(
    frame.schema.fields.map(({ name }: { name: string }, index: number) => [name, frame.data.values[index]])
  );
}

function firstQuery(response: Response) {
  return response.url().includes('/api/ds/query') ? response.request().postDataJSON().queries[0] : undefined;
}
