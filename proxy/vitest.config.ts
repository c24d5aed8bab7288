import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', '../start/test/**/*.test.ts', '../.ci/**/*.test.ts'],
    globalSetup: ['test/servers/global-setup.ts'],
    // Suites on a database share two cores with the servers they ask.
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
});
