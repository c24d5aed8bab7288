import {
  type AdHocVariableFilter,
  CoreApp,
  type CurrentUserDTO,
  type DataLink,
  type DataQueryRequest,
  dateTime,
  type ScopedVars,
} from '@grafana/data';
import { config, setCurrentUser } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { catalog } from './testing/catalog';
import { installBackend } from './testing/backend-srv';
import { makeDataSource } from './testing/datasource';
import { templateSrv } from './testing/template-srv';
import { type AiMetricsQuery } from './types';

const range = {
  from: dateTime(1_700_000_000_000),
  to: dateTime(1_700_003_600_000),
  raw: { from: 'now-1h', to: 'now' },
};

describe('getDefaultQuery', () => {
  it('asks for the requests over time', () => {
    expect(makeDataSource().getDefaultQuery()).toEqual({
      schemaVersion: 1,
      kind: 'timeseries',
      metrics: ['requests'],
      groupBy: [],
      filters: [],
      interval: 'auto',
    });
  });
});

describe('filterQuery', () => {
  const datasource = makeDataSource();

  it('sends what asks for a metric, and calls, which have none', () => {
    expect(datasource.filterQuery({ refId: 'A', metrics: ['cost'] })).toBe(true);
    expect(datasource.filterQuery({ refId: 'A', kind: 'calls' })).toBe(true);
  });

  it('sends nothing hidden and nothing without a metric', () => {
    expect(datasource.filterQuery({ refId: 'A', metrics: ['cost'], hide: true })).toBe(false);
    expect(datasource.filterQuery({ refId: 'A', metrics: [] })).toBe(false);
    expect(datasource.filterQuery({ refId: 'A' })).toBe(false);
  });
});

describe('getQueryDisplayText', () => {
  it('says the query in words', () => {
    expect(makeDataSource().getQueryDisplayText({ refId: 'A', metrics: ['cost'], groupBy: ['provider'] })).toBe(
      'Cost over time by provider'
    );
  });
});

describe('applyTemplateVariables', () => {
  const variables = templateSrv({
    provider: { value: ['openai', 'azure'] },
    interval: { value: '1h' },
    zone: { value: 'Europe/Berlin' },
    name: { value: 'Costs' },
  });

  it('puts variables into filters, interval, zone and legend, and leaves the rest alone', () => {
    expect(
      makeDataSource(variables).applyTemplateVariables(
        {
          refId: 'A',
          kind: 'timeseries',
          metrics: ['cost'],
          groupBy: ['model_name'],
          filters: [{ key: 'provider', operator: '=', values: ['$provider'] }],
          interval: '$interval',
          timezone: '${zone}',
          legend: '$name of $provider {{model_name}}',
          minRequests: 20,
        },
        {}
      )
    ).toEqual({
      refId: 'A',
      kind: 'timeseries',
      metrics: ['cost'],
      groupBy: ['model_name'],
      filters: [{ key: 'provider', operator: 'in', values: ['openai', 'azure'] }],
      interval: '1h',
      timezone: 'Europe/Berlin',
      legend: 'Costs of openai + azure {{model_name}}',
      minRequests: 20,
    });
  });

  it('adds no zone, interval or legend to a query that has none', () => {
    expect(makeDataSource(variables).applyTemplateVariables({ refId: 'A', metrics: ['cost'] }, {})).toEqual({
      refId: 'A',
      metrics: ['cost'],
      filters: [],
    });
  });
});

describe('ad hoc filters', () => {
  const narrowed = (...filters: AdHocVariableFilter[]) =>
    makeDataSource().applyTemplateVariables(
      { refId: 'A', kind: 'calls', filters: [{ key: 'cost', operator: '>', values: [1] }] },
      {},
      filters
    ).filters;

  it("come after the query's own, with their operators", () => {
    expect(
      narrowed(
        { key: 'provider', operator: '=', value: 'openai' },
        { key: 'model_name', operator: '!=', value: '(none)' },
        { key: 'provider', operator: '=|', value: 'openai', values: ['openai', 'azure'] },
        { key: 'model_name', operator: '!=|', value: 'a', values: ['a', 'b'] },
        { key: 'total_time', operator: '<', value: '2000' }
      )
    ).toEqual([
      { key: 'cost', operator: '>', values: ['1'] },
      { key: 'provider', operator: '=', values: ['openai'] },
      { key: 'model_name', operator: '!=', values: ['(none)'] },
      { key: 'provider', operator: 'in', values: ['openai', 'azure'] },
      { key: 'model_name', operator: 'not in', values: ['a', 'b'] },
      { key: 'total_time', operator: '<', values: ['2000'] },
    ]);
  });

  it('fail with a regular expression, on every panel that they narrow', async () => {
    const filters = [{ key: 'provider', operator: '=~', value: 'open.*' }];
    const request = { targets: [{ refId: 'A', kind: 'calls' }], filters } as DataQueryRequest<AiMetricsQuery>;
    const text =
      'AI Metrics has no regular expressions: take away the filter provider =~ open.*, or choose = or =| and the values.';
    await expect(lastValueFrom(makeDataSource().query(request))).rejects.toThrow(text);
    expect(await makeDataSource().getTagValues({ key: 'model_name', filters })).toEqual({
      data: [],
      error: { message: text },
    });
  });

  it('hand a regular expression on where the query goes to Explore or a rule, for the proxy to refuse', () => {
    expect(narrowed({ key: 'provider', operator: '=~', value: 'open.*' })).toEqual([
      { key: 'cost', operator: '>', values: ['1'] },
      { key: 'provider', operator: '=~', values: ['open.*'] },
    ]);
  });

  it('ask for nothing while they are typed or switched off', () => {
    expect(
      narrowed(
        { key: '', operator: '=', value: '' },
        { key: 'provider', operator: '=', value: '' },
        { key: 'provider', operator: '=~', value: '.*', origin: 'dashboard' }
      )
    ).toEqual([{ key: 'cost', operator: '>', values: ['1'] }]);
  });
});

describe('getTagKeys', () => {
  it('offers all that a query may be filtered by', async () => {
    installBackend({ catalog: { body: { data: catalog } } });
    expect(await makeDataSource().getTagKeys()).toEqual({
      data: [
        { text: 'Provider', value: 'provider' },
        { text: 'Model', value: 'model_name' },
        { text: 'Monitor', value: 'monitor_id' },
        { text: 'Cost', value: 'cost' },
      ],
    });
  });

  it("says the proxy's error", async () => {
    installBackend({ catalog: { status: 503, body: { error: { message: 'The metrics database is down' } } } });
    expect(await makeDataSource().getTagKeys()).toEqual({
      data: [],
      error: { message: 'The metrics database is down' },
    });
  });
});

describe('getTagValues', () => {
  const answers = {
    catalog: { body: { data: catalog } },
    'dimensions/model_name/values': { body: { data: { values: ['gpt-5', '(none)'], truncated: false } } },
  };

  it('offers the values of the time range that fit the other filters', async () => {
    const backend = installBackend(answers);
    const filters = [{ key: 'provider', operator: '=|', value: 'openai', values: ['openai', 'azure'] }];
    expect(await makeDataSource().getTagValues({ key: 'model_name', timeRange: range, filters })).toEqual({
      data: [
        { text: 'gpt-5', value: 'gpt-5' },
        { text: '(none)', value: '(none)' },
      ],
    });
    expect(backend.requests[1]?.params).toEqual({
      from: 1_700_000_000_000,
      to: 1_700_003_600_000,
      search: '',
      filter: ['provider:in:openai|azure'],
    });
  });

  it('offers none for numbers', async () => {
    const backend = installBackend(answers);
    expect(await makeDataSource().getTagValues({ key: 'cost', timeRange: range, filters: [] })).toEqual({ data: [] });
    expect(backend.requests).toHaveLength(1);
  });
});

describe('query', () => {
  const send = async (timezone: string, scopedVars: ScopedVars = {}) => {
    const backend = installBackend({ '/api/ds/query': { body: { results: {} } } });
    const request = {
      targets: [{ refId: 'A', metrics: ['cost'], timezone: '$__timezone' }],
      timezone,
      range,
      scopedVars,
      requestId: 'Q1',
      interval: '1m',
      intervalMs: 60_000,
      startTime: 0,
      app: CoreApp.Explore,
    } satisfies DataQueryRequest<AiMetricsQuery>;
    await lastValueFrom(makeDataSource().query(request));
    return backend.requests[0]?.data.queries[0];
  };

  it("puts the request's zone in the place of $__timezone", async () => {
    expect(await send('Asia/Kathmandu')).toMatchObject({ refId: 'A', timezone: 'Asia/Kathmandu' });
    expect(await send('utc')).toMatchObject({ timezone: 'UTC' });
  });

  it("resolves the browser's zone", async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(await send('browser')).toMatchObject({ timezone: timeZone });
  });

  it('prefers the zone of the request to another in scope', async () => {
    const scopedVars = { __timezone: { text: 'UTC', value: 'UTC' } };
    expect(await send('Europe/Berlin', scopedVars)).toMatchObject({ timezone: 'Europe/Berlin' });
  });
});

describe('links to calls', () => {
  const user = { permissions: {} } as CurrentUserDTO & { permissions: Record<string, boolean> };
  setCurrentUser(user);

  const linkTitles = async (permissions: Record<string, boolean>, exploreEnabled = true) => {
    user.permissions = permissions;
    config.exploreEnabled = exploreEnabled;
    const frame = {
      schema: { refId: 'A', fields: [{ name: 'cost', type: 'number', labels: { provider: 'openai' } }] },
      data: { values: [[1]] },
    };
    installBackend({ '/api/ds/query': { body: { results: { A: { status: 200, frames: [frame] } } } } });
    const request = {
      targets: [{ refId: 'A', kind: 'summary', metrics: ['$metric'], groupBy: ['provider'] }],
      timezone: 'utc',
      range,
      scopedVars: { metric: { text: 'Cost', value: 'cost' } },
      requestId: 'Q1',
      interval: '1m',
      intervalMs: 60_000,
      startTime: 0,
      app: CoreApp.Dashboard,
    } satisfies DataQueryRequest<AiMetricsQuery>;
    const response = await lastValueFrom(makeDataSource().query(request));
    return response.data[0].fields[0].config.links?.map(({ title }: DataLink) => title);
  };

  it('are there for those who may use Explore', async () => {
    expect(await linkTitles({ 'datasources:explore': true })).toEqual(['Calls behind this, in Explore']);
  });

  it('are not there for others', async () => {
    expect(await linkTitles({})).toBeUndefined();
    expect(await linkTitles({ 'datasources:explore': true }, false)).toBeUndefined();
  });
});

describe('getCatalog', () => {
  it('asks once', async () => {
    const backend = installBackend({ catalog: { body: { data: catalog, meta: { request_id: 'r' } } } });
    const datasource = makeDataSource();
    expect(await datasource.getCatalog()).toEqual(catalog);
    expect(await datasource.getCatalog()).toEqual(catalog);
    expect(backend.requests.map(({ url }) => url)).toEqual([
      '/api/datasources/uid/aitoys-ai-metrics/resources/catalog',
    ]);
  });

  it("says the proxy's error, without Grafana's pop-up, and asks again after it", async () => {
    const backend = installBackend({
      catalog: { status: 503, body: { error: { code: 'unavailable', message: 'The metrics database is down' } } },
    });
    const datasource = makeDataSource();
    await expect(datasource.getCatalog()).rejects.toThrow('The metrics database is down');
    expect(backend.requests[0]?.showErrorAlert).toBe(false);

    backend.answers.catalog = { body: { data: catalog } };
    expect(await datasource.getCatalog()).toEqual(catalog);
  });

  it('refuses the answer of another program', async () => {
    installBackend({ catalog: { body: { status: 'success', data: [] } } });
    await expect(makeDataSource().getCatalog()).rejects.toThrow('does the address lead to the AI Metrics proxy?');
  });
});

describe('getDimensionValues', () => {
  const answer = { body: { data: { values: ['gpt-4', 'gpt-5'], truncated: true } } };

  it('asks for the values of the time range that fit search and filters', async () => {
    const backend = installBackend({ 'dimensions/model_name/values': answer });
    const datasource = makeDataSource(templateSrv({ provider: { value: ['openai', 'a|b'] } }));
    expect(
      await datasource.getDimensionValues('model_name', {
        range,
        search: 'gpt',
        filters: [{ key: 'provider', operator: '=', values: ['$provider'] }],
      })
    ).toEqual({ values: ['gpt-4', 'gpt-5'], truncated: true });
    expect(backend.requests[0]?.params).toEqual({
      from: 1_700_000_000_000,
      to: 1_700_003_600_000,
      search: 'gpt',
      filter: ['provider:in:openai|a\\|b'],
    });
  });

  it('leaves the time range to the proxy where there is none', async () => {
    const backend = installBackend({ 'dimensions/model_name/values': answer });
    await makeDataSource().getDimensionValues('model_name', {});
    expect(backend.requests[0]?.params).toEqual({ from: undefined, to: undefined, search: '', filter: [] });
  });

  it('refuses an answer of another form', async () => {
    installBackend({ 'dimensions/provider/values': { body: { data: ['openai'] } } });
    await expect(makeDataSource().getDimensionValues('provider', {})).rejects.toThrow('not a list of values');
  });
});

describe('variables.query', () => {
  const ask = (datasource: ReturnType<typeof makeDataSource>, dimension: string, scopedVars: ScopedVars = {}) =>
    lastValueFrom(
      datasource.variables.query({
        targets: [
          { refId: 'A', dimension, filters: [{ key: 'provider', operator: 'in', values: ['$provider'] }], search: '' },
        ],
        range,
        scopedVars,
      } as never)
    );

  it('gives the values of a dimension that depends on another variable', async () => {
    const backend = installBackend({
      'dimensions/model_name/values': { body: { data: { values: ['gpt-5', '(none)'], truncated: false } } },
    });
    const datasource = makeDataSource(templateSrv({ provider: { value: ['openai'] } }));
    expect(await ask(datasource, 'model_name')).toEqual({
      data: [
        { text: 'gpt-5', value: 'gpt-5' },
        { text: '(none)', value: '(none)' },
      ],
    });
    expect(backend.requests[0]?.params).toMatchObject({ from: 1_700_000_000_000, filter: ['provider:in:openai'] });
  });

  it("fails with the proxy's error", async () => {
    installBackend({
      'dimensions/model_name/values': { status: 422, body: { error: { message: 'Too long a time range' } } },
    });
    await expect(ask(makeDataSource(), 'model_name')).rejects.toThrow('Too long a time range');
  });

  it('asks nothing without a dimension', async () => {
    const backend = installBackend({});
    expect(await ask(makeDataSource(), '')).toEqual({ data: [] });
    expect(backend.requests).toEqual([]);
  });
});
