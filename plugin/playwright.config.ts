import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { dirname } from 'node:path';

const pluginE2eAuth = `${dirname(require.resolve('@grafana/plugin-e2e'))}/auth`;

/** See https://playwright.dev/docs/test-configuration. */
export default defineConfig<PluginOptions>({
  testDir: './tests',
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // One Grafana and one proxy answer all of them.
  workers: 2,
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 2 : 0,
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    baseURL: process.env.GRAFANA_URL || 'http://localhost:3000',
    trace: 'on-first-retry',
    // A browser of the system's packages, where Playwright's own can't be downloaded.
    launchOptions: { executablePath: process.env.CHROMIUM || undefined },
  },
  projects: [
    // 1. Signs in to Grafana and stores the cookie for the other tests.
    {
      name: 'auth',
      testDir: pluginE2eAuth,
      testMatch: [/.*\.js/],
    },
    // 2. The tests proper, signed in.
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        storageState: `playwright/.auth/${process.env.GRAFANA_ADMIN_USER || 'admin'}.json`,
      },
      dependencies: ['auth'],
    },
  ],
});
