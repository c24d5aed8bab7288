import { describe, expect, it } from 'vitest';
import { currentVersion, type Migration, migrateQuery, migrations } from '../../src/query/model/migrate.ts';
import { parseQuery } from '../../src/query/model/parse.ts';
import { querySchema } from '../../src/query/model/schema.ts';
import { refusal } from './refusal.ts';

/** As if version 1 had called the dimension `group`, and version 2 had known one dimension only. */
const steps: Migration[] = [
  ({ group, ...rest }) => (group === undefined ? rest : { ...rest, groupBy: group }),
  (query) => (typeof query['groupBy'] === 'string' ? { ...query, groupBy: [query['groupBy']] } : query),
];

const unchanged = {
  kind: 'summary',
  metrics: ['cost'],
  filters: [{ key: 'provider', operator: '=', values: ['openai'] }],
  timezone: 'Asia/Kathmandu',
  minRequests: 5,
};

describe('migrateQuery', () => {
  it.each([
    ['none, which is version 1,', { ...unchanged, group: 'provider' }],
    ['version 1', { schemaVersion: 1, ...unchanged, group: 'provider' }],
    ['version 2', { schemaVersion: 2, ...unchanged, groupBy: 'provider' }],
    ['version 3', { schemaVersion: 3, ...unchanged, groupBy: ['provider'] }],
  ])('brings a query of %s to version 3, step by step, and loses nothing', (_, saved) => {
    expect(migrateQuery(saved, steps)).toEqual({ ...unchanged, groupBy: ['provider'] });
  });

  it('does each step once, in their order', () => {
    const note =
      (name: string): Migration =>
      ({ done, ...rest }) => ({ ...rest, done: [...(done as string[]), name] });
    const noted = ['1 to 2', '2 to 3', '3 to 4'].map(note);
    const doneFrom = (schemaVersion: number) => migrateQuery({ schemaVersion, done: [] }, noted);
    expect([1, 2, 3, 4].map(doneFrom)).toEqual([
      { done: ['1 to 2', '2 to 3', '3 to 4'] },
      { done: ['2 to 3', '3 to 4'] },
      { done: ['3 to 4'] },
      { done: [] },
    ]);
  });

  it('leaves the saved query as it is', () => {
    const saved = { schemaVersion: 1, group: 'provider' };
    migrateQuery(saved, steps);
    expect(saved).toEqual({ schemaVersion: 1, group: 'provider' });
  });

  it.each([undefined, null, 5, 'requests', [{ schemaVersion: 9 }]])('leaves %j to the schema', (input) => {
    expect(migrateQuery(input, steps)).toBe(input);
  });

  it('says of a newer version that the proxy is too old', () => {
    expect(refusal(() => migrateQuery({ schemaVersion: 4 }, steps))).toBe(
      'invalid_request: schemaVersion: the query was saved by a newer plugin, in version 4, and the proxy reads versions up to 3: update the proxy'
    );
  });

  it.each([null, '1', '2', 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, true, [1], { version: 1 }])(
    'refuses the version %j',
    (schemaVersion) => {
      expect(refusal(() => migrateQuery({ schemaVersion }, steps))).toBe(
        'invalid_request: schemaVersion: must be a whole number from 1 to 3'
      );
    }
  );
});

describe('parseQuery of a query of an older version', () => {
  const old = { schemaVersion: 1, ...unchanged, group: 'provider' };

  it.each([{ alerting: false }, { alerting: true }])('migrates it with %j', ({ alerting }) => {
    expect(parseQuery(old, { alerting, migrations: steps })).toMatchObject({ ...unchanged, groupBy: ['provider'] });
  });

  it('says what is wrong with it as the current version would', () => {
    const read = (saved: object) =>
      refusal(() => parseQuery({ ...old, ...saved }, { alerting: true, migrations: steps }));
    expect(read({ group: '$dimension' })).toMatch(
      /^invalid_request: The template variable \$dimension has no value here/
    );
    expect(read({ group: 5 })).toMatch(/^invalid_request: groupBy: /);
    expect(read({ schemaVersion: 3 })).toMatch(/^invalid_request: group: is not a field; allowed: /);
  });
});

describe('the current version', () => {
  it('is the one that the shipped migrations lead to, and what the schema has', () => {
    expect([migrations.length, currentVersion]).toEqual([0, 1]);
    expect(querySchema.parse({ metrics: ['cost'] }).schemaVersion).toBe(1);
    expect(refusal(() => parseQuery({ schemaVersion: 2, metrics: ['cost'] }, { alerting: true }))).toMatch(
      /in version 2, and the proxy reads versions up to 1: update the proxy$/
    );
  });
});
