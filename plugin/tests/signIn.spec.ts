import { expect, test } from '@playwright/test';
import { ADMIN, DISABLED_USER, GRAFANA_ADMIN, NORMAL_USER } from './accounts';
import { DATA_SOURCE } from './data-source';
import { signIn } from './sign-in';

const DASHBOARD = '/d/aitoys-cost';
const LOGIN_PAGE = /\/oidc\/login\/[^/]+$/;

// As somebody whom Grafana does not know yet.
test.use({ storageState: { cookies: [], origins: [] } });

test('a wrong password is said, and what was typed as name stays', async ({ page }) => {
  await page.goto(DASHBOARD);
  await signIn(page, { ...ADMIN, password: 'wrong' });
  await expect(page.getByRole('alert')).toContainText('The login name or the password is wrong.');
  await expect(page.getByLabel('Login name')).toHaveValue(ADMIN.login);
  await expect(page.getByLabel('Password')).toBeFocused();
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/^The login name or the password is wrong\./);
  await signIn(page, ADMIN);
  await expect(page).toHaveURL(new RegExp(DASHBOARD));
});

for (const { who, account, reason } of [
  { who: 'normal user', account: NORMAL_USER, reason: 'Only system users may.' },
  { who: 'disabled user', account: DISABLED_USER, reason: 'your account may be disabled' },
]) {
  test(`a ${who} is refused, and told why`, async ({ page }) => {
    await page.goto(DASHBOARD);
    await signIn(page, account);
    await expect(page.getByRole('alert')).toContainText(reason);
    await expect(page).toHaveURL(LOGIN_PAGE);
    await page.goto(DASHBOARD);
    await expect(page).toHaveURL(LOGIN_PAGE);
  });
}

test('a sign-in that this browser knows nothing of is said to be over, and another one begins', async ({ page }) => {
  await page.goto(DASHBOARD);
  await page.context().clearCookies();
  await signIn(page, ADMIN);
  await expect(page.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(LOGIN_PAGE);
});

test('the keyboard is all that sign-in needs', async ({ page }) => {
  await page.goto(DASHBOARD);
  await expect(page.getByLabel('Login name')).toBeFocused();
  await page.keyboard.type(ADMIN.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ADMIN.password);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(DASHBOARD));
});

test('sign-in leads to what was asked for, which then draws', async ({ page }) => {
  await page.goto(`${DASHBOARD}?from=now-7d&to=now`);
  const answer = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await signIn(page, ADMIN);
  await expect(page).toHaveURL(new RegExp(`${DASHBOARD}.*from=now-7d`));
  expect((await answer).status()).toBe(200);
  await expect(page.locator('.uplot').first()).toBeVisible();
});

test('sign-out in Grafana ends the sign-in at the proxy, too', async ({ page }) => {
  await page.goto(DASHBOARD);
  await signIn(page, ADMIN);
  await page.getByRole('button', { name: 'Profile' }).click();
  await page.getByRole('link', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await page.goto(DASHBOARD);
  await expect(page).toHaveURL(LOGIN_PAGE);
  await page.goBack();
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await expect(page).toHaveURL(LOGIN_PAGE);
});

for (const { what, headers } of [
  { what: 'as he is', headers: {} },
  {
    what: 'who claims to be a rule or somebody else',
    headers: {
      FromAlert: 'true',
      'X-Rule-Uid': 'aitoys-hourly-cost',
      'X-Grafana-User': 'aitoys-1',
      'X-Grafana-Id': 'forged',
      'X-AiMetrics-Caller': 'scheduler',
    },
  },
]) {
  test(`Grafana's own admin ${what} gets no answer`, async ({ baseURL, playwright }) => {
    const { login: username, password } = GRAFANA_ADMIN;
    const api = await playwright.request.newContext({
      baseURL,
      httpCredentials: { username, password, send: 'always' },
      extraHTTPHeaders: headers,
    });
    expect((await api.get('/api/org')).ok(), 'GRAFANA_ADMIN_PASSWORD').toBe(true);
    const query = { refId: 'A', datasource: DATA_SOURCE, kind: 'summary', metrics: ['requests'] };
    const response = await api.post('/api/ds/query', { data: { from: 'now-1h', to: 'now', queries: [query] } });
    const { results } = await response.json();
    expect(results.A).toEqual({
      status: 403,
      error: expect.stringContaining('Ask as a signed-in user'),
      errorSource: 'downstream',
      frames: [],
    });
    await api.dispose();
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('people sign in', async ({ page }) => {
    await page.goto(DASHBOARD);
    await signIn(page, ADMIN);
    await expect(page).toHaveURL(new RegExp(DASHBOARD));
    expect((await page.request.get('/api/user')).status()).toBe(200);
  });

  test('people sign out by a button', async ({ page }) => {
    await page.goto(DASHBOARD);
    await signIn(page, ADMIN);
    await expect(page).toHaveURL(new RegExp(DASHBOARD));
    await page.goto('/logout');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  });
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('people sign in', async ({ page }) => {
    await page.goto(DASHBOARD);
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
    await page.getByLabel('登录名').fill(ADMIN.login);
    await page.getByLabel('密码').fill('wrong');
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page.getByRole('alert')).toContainText('登录名或密码错误');
    await page.getByLabel('密码').fill(ADMIN.password);
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page).toHaveURL(new RegExp(DASHBOARD));
  });
});
