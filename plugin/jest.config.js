// force timezone to UTC to allow tests to work regardless of local timezone
// generally used by snapshots, but can affect specific tests
process.env.TZ = 'UTC';

// Jest configuration provided by Grafana scaffolding
const base = require('./.config/jest.config');

module.exports = {
  ...base,
  testTimeout: 60_000,
  transform: {
    ...base.transform,
    // Newer d3-color has an ES module only, in a file that ends with .mjs.
    '^.+\\.mjs$': Object.values(base.transform)[0],
  },
};
