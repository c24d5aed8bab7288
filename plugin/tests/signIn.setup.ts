import { expect, test as setup } from '@playwright/test';
import { ADMIN, SIGNED_IN } from './accounts';
import { signIn } from './sign-in';

setup('sign in as an admin', async ({ baseURL, page }) => {
  await page.goto('/');
  await signIn(page, ADMIN);
  await page.waitForURL(`${baseURL}/**`);
  const organizations = await (await page.request.get('/api/user/orgs')).json();
  expect(organizations, 'Is he one of GRAFANA_ADMIN_LOGINS?').toContainEqual(
    expect.objectContaining({ role: 'Admin' })
  );
  await page.context().storageState({ path: SIGNED_IN });
});
