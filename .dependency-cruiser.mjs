/** Layers of the proxy, from the program's start to the database: imports go down only. */
const layers = [
  ['main.ts', 'cli/'],
  ['app.ts'],
  ['routes/'],
  ['oidc/'],
  ['auth/', 'query/', 'pages/'],
  ['rollups/'],
  ['partials/'],
  ['database/'],
];

/** Used by every layer, so they may use none of them. */
const leaves = [
  'time/',
  'network/',
  'clock.ts',
  'describe-cause.ts',
  'describe-issue.ts',
  'errors.ts',
  'in-flight.ts',
  'derive-key.ts',
  'logger.ts',
  'sealer.ts',
  'logs/',
  'signer.ts',
  'telemetry/',
];

/** @param {string[]} places */
const inSource = (places) => `^proxy/src/(${places.join('|').replaceAll('.', '\\.')})`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one thing, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...layers.slice(1).map((layer, index) => ({
      name: `no-way-back-from-${layer.map((place) => place.replace(/\W.*/, '')).join('-')}`,
      comment:
        'Imports go one way: main → app → routes → oidc → (auth | query | pages) → rollups → partials → database.',
      severity: 'error',
      from: { path: inSource(layer) },
      to: { path: inSource(layers.slice(0, index + 1).flat()) },
    })),
    {
      name: 'leaves-use-no-layer',
      comment: 'What every layer uses may use none of them.',
      severity: 'error',
      from: { path: inSource(leaves) },
      to: { path: inSource(layers.flat()) },
    },
    {
      name: 'pages-hold-no-data',
      comment: 'A page is made of texts, and of what its route hands over.',
      severity: 'error',
      from: { path: inSource(['pages/']) },
      to: { path: inSource(['auth/', 'query/', 'rollups/', 'partials/', 'database/']) },
    },
    {
      name: 'drivers-only-in-database',
      comment: 'Statements go through Kysely; only database/ knows the drivers.',
      severity: 'error',
      from: { path: '^proxy/src/', pathNot: '^proxy/src/database/' },
      to: { path: 'node_modules/(mysql2|better-sqlite3)/' },
    },
    {
      name: 'no-tests-in-source',
      severity: 'error',
      from: { path: '^(proxy|start)/src/' },
      to: { path: '^((proxy|start)/test|\\.ci)/' },
    },
    {
      name: 'proxy-starts-alone',
      comment: 'The image has the proxy only.',
      severity: 'error',
      from: { path: '^proxy/src/' },
      to: { path: '^start/' },
    },
    {
      name: 'no-development-packages-in-source',
      comment: 'The image has no development dependencies.',
      severity: 'error',
      from: { path: '^proxy/src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-missing',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'proxy/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
