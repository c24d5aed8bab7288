// force timezone to UTC to allow tests to work regardless of local timezone
// generally used by snapshots, but can affect specific tests
process.env.TZ = 'UTC';

// Jest configuration provided by Grafana scaffolding
const base = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

module.exports = {
  ...base,
  testTimeout: 60_000,
  // The proxy's query schema, which the examples are held against, needs these ES modules.
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, 'temporal-polyfill', 'temporal-utils'])],
  transform: {
    ...base.transform,
    // Newer d3-color has an ES module only, in a file that ends with .mjs.
    '^.+\\.mjs$': Object.values(base.transform)[0],
  },
};
