import { type Page } from '@playwright/test';
import { type Account } from './accounts';

/** Fills in the proxy's login page, which is open in `page`, and sends it. */
export async function signIn(page: Page, { login, password }: Account) {
  await page.getByLabel(/^(Login name|登录名)$/).fill(login);
  await page.getByLabel(/^(Password|密码)$/).fill(password);
  await page.getByRole('button', { name: /^(Sign in|登录)$/ }).click();
}
