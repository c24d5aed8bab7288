import { describe, expect, it } from 'vitest';
import { parseQuery } from '../src/query/model/parse.ts';
import { resolveQuery } from '../src/query/resolve/resolve.ts';
import { questionContext } from './query/question-context.ts';
import { type Dashboard, dashboards, type SavedQuery } from './support/dashboards.ts';
import { withoutGrafanaKeys } from './support/saved-queries.ts';

const shared = ['datasource', 'provider', 'model', 'monitor'];

const ofEach = dashboards.map((dashboard) => ({ name: dashboard.uid, dashboard }));
const queries = dashboards.flatMap((dashboard) => [
  ...dashboard.panels.flatMap((panel) => panel.targets.map((query) => ({ of: panel.title, query, dashboard }))),
  ...dashboard.annotations.list.map(({ name, target }) => ({ of: name, query: target, dashboard })),
]);
const ofEachQuery = queries.map((each) => ({ name: `${each.dashboard.uid}: ${each.of}`, ...each }));

describe('dashboards/', () => {
  it('are these seven, each in a file of its name', () => {
    expect(dashboards.map(({ uid }) => uid).sort()).toEqual([
      'aitoys-calls',
      'aitoys-cost',
      'aitoys-data-quality',
      'aitoys-latency',
      'aitoys-models',
      'aitoys-overview',
      'aitoys-tokens',
    ]);
    expect(dashboards.map(({ file }) => file)).toEqual(
      dashboards.map(({ uid }) => `${uid.replace('aitoys-', '')}.json`)
    );
  });

  it.each(ofEachQuery)('$name asks what the proxy understands', ({ query, dashboard }) => {
    for (const question of questionsOf(query, dashboard)) {
      expect(() => resolveQuery(parseQuery(question), questionContext())).not.toThrow();
    }
  });

  it.each(ofEachQuery)('$name filters by all that the dashboard shows, and by nothing else', ({ query, dashboard }) => {
    const floors = dashboard.uid === 'aitoys-calls';
    expect(query.filters).toEqual([
      { key: 'provider', operator: 'in', values: ['$provider'] },
      { key: 'model_name', operator: 'in', values: ['$model'] },
      { key: 'monitor_id', operator: 'starts with', values: ['$monitor'] },
      ...(floors && query.kind !== 'events'
        ? [
            { key: 'total_time', operator: '>=', values: ['$latency_floor'] },
            { key: 'cost', operator: '>=', values: ['$cost_floor'] },
          ]
        : []),
    ]);
  });

  it.each(ofEachQuery)("$name asks in the dashboard's zone", ({ query }) => {
    // Single calls have no buckets.
    expect(query.timezone).toBe(query.kind === 'calls' ? undefined : '$__timezone');
  });

  it.each(ofEach)('$name has the shared variables first, and uses every other', ({ dashboard }) => {
    const { list } = dashboard.templating;
    const names = list.map(({ name }) => name);
    expect(names.slice(0, shared.length)).toEqual(shared);
    expect(list.slice(1, 4)).toMatchObject([
      { type: 'query', multi: true, includeAll: true, query: { dimension: 'provider', filters: [] } },
      {
        type: 'query',
        multi: true,
        includeAll: true,
        query: { dimension: 'model_name', filters: [{ key: 'provider', operator: 'in', values: ['$provider'] }] },
      },
      // Empty: no filter. The plugin leaves out filters without a value.
      { type: 'textbox', query: '', current: { value: '' } },
    ]);
    const used = new Set(
      JSON.stringify(queries.flatMap((each) => (each.dashboard === dashboard ? [each.query] : []))).match(/\$\w+/g)
    );
    expect([...names.slice(1).map((name) => `$${name}`), '$__timezone'].sort()).toEqual([...used].sort());
  });

  it.each(ofEach)('$name marks new models, and where there is a budget its crossing', ({ dashboard }) => {
    const marks = dashboard.annotations.list.map(({ name, enable, hide, target }) => ({
      name,
      enable,
      hide,
      kind: target.kind,
      metrics: target.metrics,
    }));
    const mark = (name: string, event: string) => ({
      name,
      enable: true,
      hide: false,
      kind: 'events',
      metrics: [event],
    });
    expect(marks).toEqual([
      mark('New models', 'new_model'),
      ...(dashboard.uid === 'aitoys-cost' ? [mark('Budget crossed', 'budget_crossed')] : []),
    ]);
  });

  it.each(ofEach)('$name leads to the others with its time range and variables', ({ dashboard }) => {
    expect(dashboard.tags).toEqual(['ai-metrics']);
    expect(dashboard.timezone).toBe('');
    expect(dashboard.links).toMatchObject([
      { type: 'dashboards', tags: ['ai-metrics'], asDropdown: true, keepTime: true, includeVars: true },
    ]);
  });

  it.each(ofEach)('$name has links that find their dashboard and keep what is chosen', ({ dashboard }) => {
    const urls = urlsIn(dashboard.panels);
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) {
      const [path = '', parameters = ''] = url.split('?');
      const target = dashboards.find(({ uid }) => `/d/${uid}` === path);
      expect(target, url).toBeDefined();
      const parts = parameters.split('&');
      expect(parts[0], url).toMatch(/^(\$\{__url_time_range\}|from=\$\{__value\.time\})$/);
      const names = parts
        .map((part) => part.replace(/^\$\{(\w+):queryparam\}$/, 'var-$1='))
        .filter((part) => part.startsWith('var-'))
        .map((part) => part.slice('var-'.length, part.indexOf('=')));
      expect(target?.templating.list.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      expect(names).toEqual(expect.arrayContaining(shared));
    }
  });

  it.each(ofEach)(
    '$name has panels with ids of their own that fill its first row and never overlap',
    ({ dashboard }) => {
      const { panels } = dashboard;
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${String(x + (cell % w))}/${String(y + Math.floor(cell / w))}`)
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(cells.filter((cell) => cell.endsWith('/0'))).toHaveLength(24);
    }
  );
});

/** What a query becomes when each variable has its default, or some value where that is empty; one per choice. */
function questionsOf(query: SavedQuery, dashboard: Dashboard): unknown[] {
  const text = JSON.stringify(withoutGrafanaKeys(query)).replaceAll('$__timezone', 'Europe/Berlin');
  return dashboard.templating.list
    .reduce(
      (texts, { name, type, query: value, options }) => {
        const values =
          type === 'custom'
            ? options.map((option) => option.value)
            : [type === 'textbox' && typeof value === 'string' && value !== '' ? value : '1'];
        return texts.flatMap((each) => [...new Set(values.map((found) => each.replaceAll(`$${name}`, found)))]);
      },
      [text]
    )
    .map((each) => JSON.parse(each) as unknown);
}

function urlsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, found]) =>
    key === 'url' && typeof found === 'string' ? [found] : urlsIn(found)
  );
}
