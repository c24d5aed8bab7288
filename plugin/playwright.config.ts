import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { SIGNED_IN } from './tests/accounts';

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
    // 1. Signs in to Grafana, through the proxy, and stores the cookies for the other tests.
    {
      name: 'auth',
      testMatch: 'signIn.setup.ts',
      use: devices['Desktop Chrome'],
    },
    // 2. The tests proper, signed in.
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        storageState: SIGNED_IN,
      },
      dependencies: ['auth'],
    },
  ],
});
