import { CoreApp, dateTime } from '@grafana/data';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { type AiMetricsDataSource } from '../datasource';
import { type Backend, installBackend } from '../testing/backend-srv';
import { catalog } from '../testing/catalog';
import { makeDataSource } from '../testing/datasource';
import { giveElementsRoom } from '../testing/layout';
import { templateSrv } from '../testing/template-srv';
import { type AiMetricsQuery } from '../types';
import { QueryEditor } from './QueryEditor';

const timeRange = {
  from: dateTime(1_700_000_000_000),
  to: dateTime(1_700_003_600_000),
  raw: { from: 'now-1h', to: 'now' },
};

const defaultQuery: AiMetricsQuery = { refId: 'A', ...makeDataSource().getDefaultQuery() };

beforeAll(giveElementsRoom);

let backend: Backend;
beforeEach(() => {
  backend = installBackend({
    catalog: { body: { data: catalog } },
    'dimensions/provider/values': { body: { data: { values: ['azure', 'openai'], truncated: false } } },
    'dimensions/model_name/values': { body: { data: { values: ['gpt-5'], truncated: true } } },
  });
});

describe('QueryEditor', () => {
  it('offers only the metrics of the kind, with groups and descriptions', async () => {
    const { user } = await renderEditor();
    await user.click(screen.getByLabelText('Metrics'));
    expect(await optionNames()).toEqual([
      'Requests Number of calls. Formula: n.',
      'Cost Sum of what the calls cost. Left out: Calls without a cost: it is not known. Formula: Σ cost. Unit: Dollars ($).',
      'Cost per hour (cost_rate_hour) Cost divided by the hours that have passed. Formula: Σ cost / hours. Unit: Dollars ($).',
      'Latency p95 95 % of the calls took at most this long. Left out: Calls without a duration. Formula: nearest rank ⌈0.95·n⌉. Unit: milliseconds (ms).',
      'Slow calls (slow_ratio) Share of the calls that took longer than the threshold. Formula: n slow / n. Unit: Percent (0.0-1.0).',
    ]);
    expect(screen.getByText('Latency')).toBeInTheDocument();
  });

  it.each(['cost_rate', 'per hour'])('finds a metric by the words of its name or label: %s', async (search) => {
    const { user } = await renderEditor();
    await user.type(screen.getByLabelText('Metrics'), search);
    expect(await optionNames()).toEqual([expect.stringMatching(/^Cost per hour/)]);
  });

  it('shows of a new query what Grafana asks, and keeps it with the first change', async () => {
    const { user, query } = await renderEditor(undefined, { initial: { refId: 'A' } });
    expect(screen.getByText('Requests')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Zero' }));
    expect(query()).toEqual({ ...defaultQuery, fill: 'zero' });
  });

  it('adds a metric, then runs the query', async () => {
    const { user, query, onRunQuery } = await renderEditor();
    await user.click(screen.getByLabelText('Metrics'));
    await user.click(await screen.findByRole('option', { name: /^Cost Sum/ }));
    expect(query()).toEqual({ ...defaultQuery, metrics: ['requests', 'cost'] });
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('offers nothing more at the limit', async () => {
    const { user } = await renderEditor({ metrics: ['requests', 'cost', 'latency_p95'] });
    await user.click(screen.getByLabelText('Metrics'));
    expect((await optionNames()).at(-1)).toBe('At most 3 metrics');
  });

  it('names a metric that the catalog does not have', async () => {
    await renderEditor({ metrics: ['gone'] });
    expect(screen.getByText("Not in the proxy's catalog: gone")).toBeInTheDocument();
  });

  it('drops the metrics that the other kind does not have', async () => {
    const { user, query } = await renderEditor({ kind: 'summary', metrics: ['cost', 'first_seen'] });
    await user.click(screen.getByRole('radio', { name: 'Time series' }));
    expect(query()).toEqual({ ...defaultQuery, kind: 'timeseries', metrics: ['cost'] });
  });

  it('keeps the focus on a radio button that was chosen', async () => {
    const { user } = await renderEditor();
    const zero = screen.getByRole('radio', { name: 'Zero' });
    await user.click(zero);
    expect(zero).toBeChecked();
    expect(screen.getByRole('radio', { name: 'Zero' })).toBe(zero);
    expect(zero).toHaveFocus();
  });

  it('shows of a time series and of a summary what each has', async () => {
    const { user } = await renderEditor();
    expect(screen.getByLabelText('Interval')).toHaveValue('auto');
    expect(screen.getByLabelText('Legend')).toBeInTheDocument();
    expect(screen.queryByRole('radiogroup', { name: 'Shape' })).not.toBeInTheDocument();

    await user.click(screen.getByRole('radio', { name: 'Summary' }));
    expect(screen.getByRole('radiogroup', { name: 'Shape' })).toBeInTheDocument();
    expect(screen.queryByLabelText('Interval')).not.toBeInTheDocument();
    expect(screen.queryByLabelText('Legend')).not.toBeInTheDocument();
  });

  it('groups by dimensions in the chosen order', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByLabelText('Group by'));
    await user.click(await screen.findByRole('option', { name: /^Model/ }));
    await user.click(await screen.findByRole('option', { name: /^Provider/ }));
    expect(query().groupBy).toEqual(['model_name', 'provider']);
  });

  it('sets interval, empty intervals, floor, legend', async () => {
    const { user, query } = await renderEditor();
    await choose(user, 'Interval', 'day');
    await user.click(screen.getByRole('radio', { name: 'Zero' }));
    await user.type(screen.getByLabelText('Min. requests'), '20{Enter}');
    // In user-event, "{{" types one brace.
    await user.type(screen.getByLabelText('Legend'), '{{{{provider}}');
    await user.tab();
    expect(query()).toEqual({
      ...defaultQuery,
      interval: 'day',
      fill: 'zero',
      minRequests: 20,
      legend: '{{provider}}',
    });
  });

  it('takes a floor away again', async () => {
    const { user, query } = await renderEditor({ minRequests: 20 });
    await user.clear(screen.getByLabelText('Min. requests'));
    await user.tab();
    expect(query().minRequests).toBeUndefined();
  });

  it('does not run the query while someone types', async () => {
    const { user, onRunQuery } = await renderEditor();
    await user.type(screen.getByLabelText('Legend'), 'abc');
    expect(onRunQuery).not.toHaveBeenCalled();
    await user.tab();
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('sets the shape of a summary', async () => {
    const { user, query } = await renderEditor({ kind: 'summary' });
    await user.click(screen.getByRole('radio', { name: 'Numbers' }));
    expect(query().shape).toBe('numbers');
  });

  it('offers a legend for the numbers of a summary, not for its table', async () => {
    const { user, query } = await renderEditor({ kind: 'summary' });
    expect(screen.queryByLabelText('Legend')).not.toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Numbers' }));
    await user.type(screen.getByLabelText('Legend'), '{{{{model_name}}{Enter}');
    expect(query()).toEqual({ ...defaultQuery, kind: 'summary', shape: 'numbers', legend: '{{model_name}}' });
    await user.click(screen.getByRole('radio', { name: 'Table' }));
    expect(screen.queryByLabelText('Legend')).not.toBeInTheDocument();
  });

  it("offers the data source's zone, the dashboard's, and any other", async () => {
    const { user, query } = await renderEditor();
    expect(screen.getByLabelText('Zone of days')).toHaveValue('Europe/Berlin (data source)');
    await choose(user, 'Zone of days', /^Dashboard/);
    expect(query().timezone).toBe('$__timezone');
    await user.type(screen.getByLabelText('Zone of days'), 'kathm');
    await user.click(await screen.findByRole('option', { name: 'Asia/Kathmandu' }));
    expect(query().timezone).toBe('Asia/Kathmandu');
    await choose(user, 'Zone of days', /^Europe\/Berlin \(data source\)/);
    expect(query().timezone).toBeUndefined();
  });

  it('takes a template variable as interval', async () => {
    const { user, query } = await renderEditor({}, { variables: ['bucket'] });
    await choose(user, 'Interval', /^\$bucket/);
    expect(query().interval).toBe('$bucket');
  });
});

describe('QueryEditor groups', () => {
  it('shows the biggest five and the rest, by the first metric', async () => {
    const { user, query } = await renderEditor({ metrics: ['cost'] });
    expect(screen.queryByRole('radiogroup', { name: 'Show' })).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('Group by'));
    await user.click(await screen.findByRole('option', { name: /^Model/ }));
    await user.click(screen.getByRole('radio', { name: 'The biggest' }));
    expect(query()).toEqual({
      ...defaultQuery,
      metrics: ['cost'],
      groupBy: ['model_name'],
      top: { limit: 5, by: 'cost', other: true },
    });
    expect(screen.getByRole('status', { name: 'What the query asks' })).toHaveTextContent(
      'Cost over time by model, the 5 highest by cost and the rest as (other)'
    );
  });

  it('takes another number of groups, another rank, and leaves out the rest', async () => {
    const { user, query } = await renderEditor({
      groupBy: ['provider'],
      top: { limit: 5, by: 'requests', other: true },
    });
    await user.clear(screen.getByLabelText('How many'));
    await user.type(screen.getByLabelText('How many'), '500{Enter}');
    await choose(user, 'Ranked by', /^First call/);
    await user.click(screen.getByRole('radio', { name: 'Left out' }));
    expect(query().top).toEqual({ limit: 100, by: 'first_seen', other: false });
  });

  it('takes variables in the place of metrics, groups and their number', async () => {
    const { user, query } = await renderEditor({}, { variables: ['figure', 'split'] });
    await choose(user, 'Metrics', /^\$figure/);
    await choose(user, 'Group by', /^\$split/);
    await user.click(screen.getByRole('radio', { name: 'The biggest' }));
    await user.clear(screen.getByLabelText('How many'));
    await user.type(screen.getByLabelText('How many'), '$count{Enter}');
    expect(query()).toMatchObject({
      metrics: ['requests', '$figure'],
      groupBy: ['$split'],
      top: { limit: '$count', by: 'requests', other: true },
    });
    expect(screen.queryByText(/^Not in the proxy's catalog/)).not.toBeInTheDocument();
  });

  it('keeps the number of groups when it is emptied', async () => {
    const top = { limit: 5, by: 'requests', other: true };
    const { user, query } = await renderEditor({ groupBy: ['provider'], top });
    await user.clear(screen.getByLabelText('How many'));
    await user.tab();
    expect(query().top).toEqual(top);
    expect(screen.getByLabelText('How many')).toHaveValue('5');
  });

  it('shows the biggest of a dimension with too many values, and says so before', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByLabelText('Group by'));
    await user.click(await screen.findByRole('option', { name: /^Monitor .* Shows the biggest only\./ }));
    expect(query().top).toEqual({ limit: 5, by: 'requests', other: true });
    expect(screen.getByRole('radio', { name: 'All groups' })).toBeDisabled();
  });

  it('says what a saved query lacks that groups by such a dimension', async () => {
    await renderEditor({ groupBy: ['monitor_id'] });
    expect(screen.getByText(/^Monitor has too many values to show all/)).toBeInTheDocument();
  });

  it('compares with an earlier time range', async () => {
    const { user, query } = await renderEditor();
    expect(screen.getByLabelText('Compare')).toHaveValue('Nothing');
    await choose(user, 'Compare', 'Week before');
    expect(query().compare).toBe('week');
  });

  it('offers no comparison of times', async () => {
    await renderEditor({ kind: 'summary', metrics: ['first_seen'] });
    expect(screen.queryByLabelText('Compare')).not.toBeInTheDocument();
  });

  it('shows a comparison of times that was saved', async () => {
    await renderEditor({ kind: 'summary', metrics: ['first_seen'], compare: 'week' });
    expect(screen.getByLabelText('Compare')).toHaveValue('Week before');
  });

  it('answers one part of a comparison', async () => {
    const { user, query } = await renderEditor({ kind: 'summary' });
    expect(screen.queryByRole('radiogroup', { name: 'Answer' })).not.toBeInTheDocument();
    await choose(user, 'Compare', 'Week before');
    await user.click(screen.getByRole('radio', { name: 'Change in %' }));
    expect(query()).toMatchObject({ compare: 'week', period: 'delta_ratio' });
    await user.click(screen.getByRole('radio', { name: 'All' }));
    expect(query().period).toBeUndefined();
  });

  it('orders and cuts a summary', async () => {
    const { user, query } = await renderEditor({ kind: 'summary', groupBy: ['model_name'], compare: 'day' });
    await user.click(screen.getByLabelText('Order by'));
    expect(await optionNames()).toEqual(['Model', 'Requests', 'Day before', 'Change', 'Change in %']);
    await user.click(screen.getByRole('option', { name: 'Change' }));
    await user.click(screen.getByRole('radio', { name: 'Lowest first' }));
    await user.type(screen.getByLabelText('Limit'), '10{Enter}');
    expect(query()).toMatchObject({ order: { by: 'delta', direction: 'asc' }, limit: 10 });
  });
});

describe('QueryEditor limit', () => {
  const top = { limit: 5, by: 'requests', other: true };

  it('is not offered beside the number of the biggest', async () => {
    const { user } = await renderEditor({ kind: 'summary', groupBy: ['provider'] });
    expect(screen.getByLabelText('Limit')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'The biggest' }));
    expect(screen.queryByLabelText('Limit')).not.toBeInTheDocument();
  });

  it('is shown where one is saved', async () => {
    await renderEditor({ kind: 'summary', groupBy: ['provider'], top, limit: 3 });
    expect(screen.getByLabelText('Limit')).toHaveValue('3');
  });
});

describe('QueryEditor parameters', () => {
  it('asks for them right after the metrics', async () => {
    const { user } = await renderEditor({ kind: 'summary', metrics: ['budget_used'] });
    await user.click(screen.getByLabelText('Metrics'));
    await user.keyboard('{Escape}');
    await user.tab();
    expect(screen.getByLabelText('Budget')).toHaveFocus();
  });

  it('asks for a threshold where a metric reads it, and takes a number or a variable', async () => {
    const { user, query } = await renderEditor();
    expect(screen.queryByLabelText('Slow from')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('Metrics'));
    await user.click(await screen.findByRole('option', { name: /^Slow calls/ }));
    expect(screen.getByLabelText('Slow from')).toHaveAttribute('placeholder', '10000');

    await user.type(screen.getByLabelText('Slow from'), '5000{Enter}');
    expect(query().parameters).toEqual({ slowMs: 5000 });
    await user.clear(screen.getByLabelText('Slow from'));
    await user.type(screen.getByLabelText('Slow from'), '$slow{Enter}');
    expect(query().parameters).toEqual({ slowMs: '$slow' });
    expect(screen.queryByText('Not a number')).not.toBeInTheDocument();
  });

  it('says that a budget is missing, or is none', async () => {
    const { user } = await renderEditor({ kind: 'summary', metrics: ['budget_used'] });
    expect(screen.getByText('Enter a number: what is chosen needs it')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Budget'), 'much{Enter}');
    expect(screen.getByText('Not a number')).toBeInTheDocument();
  });
});

describe('QueryEditor kinds', () => {
  it('says in a panel which visualizations show a kind', async () => {
    const { user } = await renderEditor();
    expect(screen.queryByText(/^Shown by the visualization/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Summary' }));
    expect(screen.getByText(/^Shown by the visualization Table, Bar chart, Pie chart or Stat: /)).toBeInTheDocument();
  });

  it('asks one metric of a heatmap', async () => {
    const { user, query } = await renderEditor({ metrics: ['cost', 'requests'], groupBy: ['provider'] });
    await user.click(screen.getByRole('radio', { name: 'Heatmap' }));
    expect(query()).toEqual({ ...defaultQuery, kind: 'heatmap', metrics: ['cost'], groupBy: undefined });
    expect(screen.queryByLabelText('Group by')).not.toBeInTheDocument();
    await choose(user, 'Metric', /^Latency p95/);
    expect(query().metrics).toEqual(['latency_p95']);
    expect(screen.getByLabelText('Interval')).toHaveValue('auto');
  });

  it('asks for single calls in an order', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByRole('radio', { name: 'Calls' }));
    expect(query()).toEqual({ refId: 'A', schemaVersion: 1, kind: 'calls', filters: [] });
    expect(screen.getByLabelText('Order by')).toHaveValue('Start');
    expect(screen.queryByLabelText('Metrics')).not.toBeInTheDocument();
    expect(screen.queryByLabelText('Zone of days')).not.toBeInTheDocument();

    await user.click(screen.getByRole('radio', { name: 'Oldest first' }));
    expect(query().order).toEqual({ by: 'start_time', direction: 'asc' });
    await choose(user, 'Order by', 'Cost');
    await user.click(screen.getByRole('radio', { name: 'Highest first' }));
    await user.type(screen.getByLabelText('Limit'), '50{Enter}');
    expect(query()).toMatchObject({ order: { by: 'cost', direction: 'desc' }, limit: 50 });
  });

  it('asks for events, with a budget where one is needed', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByRole('radio', { name: 'Events' }));
    expect(query().metrics).toEqual(['new_model']);
    expect(screen.queryByLabelText('Budget')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('Look for'));
    await user.click(await screen.findByRole('option', { name: /^Budget crossed/ }));
    await user.type(screen.getByLabelText('Budget'), '500{Enter}');
    expect(query()).toMatchObject({ metrics: ['new_model', 'budget_crossed'], parameters: { budget: 500 } });
  });
});

describe('QueryEditor of a saved query', () => {
  it('names the fields that the kind has not, keeps them, and removes them when told to', async () => {
    const initial: AiMetricsQuery = { refId: 'A', kind: 'heatmap', metrics: ['cost'], compare: 'week', limit: 10 };
    const { user, query } = await renderEditor({}, { initial, ready: /^Metric$/ });
    expect(screen.getByText('Saved, but without a meaning here: compare, limit')).toBeInTheDocument();
    await choose(user, 'Interval', '1h');
    expect(query()).toEqual({ ...initial, interval: '1h' });
    await user.click(screen.getByRole('button', { name: 'Remove' }));
    expect(query()).toEqual({ refId: 'A', kind: 'heatmap', metrics: ['cost'], interval: '1h' });
  });

  it('shows what it can of a query of another form, and keeps the rest', async () => {
    const initial = { refId: 'A', kind: 'pie', metrics: 'cost', groupBy: ['provider'], top: 5, filters: null };
    const { user, query } = await renderEditor({}, { initial: initial as unknown as AiMetricsQuery });
    expect(screen.getByText('Saved, but without a meaning here: metrics, filters, top')).toBeInTheDocument();
    expect(screen.getByRole('radio', { name: 'Time series' })).not.toBeChecked();
    await user.click(screen.getByRole('radio', { name: 'Zero' }));
    expect(query()).toEqual({ ...initial, fill: 'zero' });
  });

  it('says that a saved heatmap has too many metrics', async () => {
    await renderEditor({ kind: 'heatmap', metrics: ['cost', 'requests'] }, { ready: /^Metric$/ });
    expect(screen.getByText('A heatmap has one metric; saved are: cost, requests')).toBeInTheDocument();
  });
});

describe('QueryEditor details', () => {
  it('says all about the chosen metrics when asked', async () => {
    const { user } = await renderEditor({ metrics: ['cost', 'gone'] });
    const button = screen.getByRole('button', { name: 'About this metric' });
    expect(button).toHaveAttribute('aria-expanded', 'false');
    await user.click(button);
    expect(button).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByText(/^\(cost\): Sum of what the calls cost\. Left out: /)).toBeInTheDocument();
  });

  it('can be gone through by Tab in the order in which it is read', async () => {
    const { user } = await renderEditor({ metrics: ['cost'], groupBy: ['provider'], top: { limit: 5, by: 'cost' } });
    const names: string[] = [];
    await user.tab();
    while (document.activeElement !== document.body) {
      names.push(nameOf(document.activeElement));
      await user.tab();
    }
    expect(names).toEqual([
      'Time series',
      'Remove Cost',
      'Metrics',
      'About this metric',
      'Remove Provider',
      'Group by',
      'The biggest',
      'How many',
      'Ranked by',
      'As (other)',
      'Add filter',
      'Compare',
      'Interval',
      'Zone of days',
      'Leave out',
      'Min. requests',
      'Legend',
      'As an alert rule: 2 hints',
    ]);
  });
});

describe('QueryEditor filters', () => {
  it('adds a filter without a value, and gives it a suggested one', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByRole('button', { name: 'Add filter' }));
    expect(query().filters).toEqual([{ key: 'provider', operator: '=', values: [] }]);

    await user.click(screen.getByLabelText('Filter 1 value'));
    await user.click(await screen.findByRole('option', { name: 'openai' }));
    expect(query().filters).toEqual([{ key: 'provider', operator: '=', values: ['openai'] }]);
    expect(backend.requests.find(({ url }) => url.includes('dimensions'))?.params).toEqual({
      from: 1_700_000_000_000,
      to: 1_700_003_600_000,
      search: '',
      filter: [],
    });
  });

  it('asks once for each choice, also where every answer moves the time range', async () => {
    const { user, onRunQuery } = await renderEditor({ filters: [{ key: 'provider', operator: '=', values: [] }] });
    await choose(user, 'Filter 1 value', 'openai');
    await choose(user, 'Filter 1 operator', 'starts with');
    await choose(user, 'Interval', 'day');
    expect(onRunQuery).toHaveBeenCalledTimes(3);
  });

  it("narrows suggestions by the other filters' values, and says that there are more", async () => {
    const { user } = await renderEditor({
      filters: [
        { key: 'provider', operator: '=', values: ['azure'] },
        { key: 'model_name', operator: '=', values: [] },
      ],
    });
    await user.click(screen.getByLabelText('Filter 2 value'));
    expect(await screen.findByText('There are more: type to search')).toBeInTheDocument();
    expect(backend.requests.at(-1)?.params).toMatchObject({ filter: ['provider:=:azure'] });
  });

  it('takes what is typed, such as a variable', async () => {
    const { user, query } = await renderEditor({ filters: [{ key: 'provider', operator: '=', values: [] }] });
    await user.type(screen.getByLabelText('Filter 1 value'), '$provider');
    await user.click(await screen.findByRole('option', { name: /^\$provider/ }));
    expect(query().filters).toEqual([{ key: 'provider', operator: '=', values: ['$provider'] }]);
  });

  it("offers the dashboard's variables", async () => {
    const filters = [{ key: 'provider', operator: '=' as const, values: [] }];
    const { user, query } = await renderEditor({ filters }, { variables: ['vendor'] });
    await choose(user, 'Filter 1 value', /^\$vendor/);
    expect(query().filters?.[0]?.values).toEqual(['$vendor']);
  });

  it.each<[string, AiMetricsQuery['filters'], string | undefined]>([
    ['a beginning of a name', [{ key: 'provider', operator: '=', values: ['open'] }], 'open'],
    ['some of several', [{ key: 'provider', operator: 'in', values: ['openai', 'x', 'y'] }], 'x, y'],
    ['no name that is there', [{ key: 'provider', operator: '=', values: ['openai'] }], undefined],
    ['no variable', [{ key: 'provider', operator: '=', values: ['$provider'] }], undefined],
    ['no beginning that is asked for', [{ key: 'provider', operator: 'starts with', values: ['open'] }], undefined],
    ['no name of a list that is cut off', [{ key: 'model_name', operator: '=', values: ['gpt'] }], undefined],
  ])('says of %s that no call has it', async (_what, filters, unseen) => {
    await renderEditor({ filters });
    await act(async () => {});
    expect(screen.queryByText(/^Not found in this time range: /)?.textContent).toBe(
      unseen && `Not found in this time range: ${unseen}`
    );
  });

  it('takes several values for in', async () => {
    const { user, query } = await renderEditor({ filters: [{ key: 'provider', operator: 'in', values: ['openai'] }] });
    await user.click(screen.getByLabelText('Filter 1 values'));
    await user.click(await screen.findByRole('option', { name: 'azure' }));
    expect(query().filters).toEqual([{ key: 'provider', operator: 'in', values: ['openai', 'azure'] }]);
  });

  it('keeps one value when the operator takes only one', async () => {
    const { user, query } = await renderEditor({ filters: [{ key: 'provider', operator: 'in', values: ['a', 'b'] }] });
    await choose(user, 'Filter 1 operator', 'starts with');
    expect(query().filters).toEqual([{ key: 'provider', operator: 'starts with', values: ['a'] }]);
  });

  it("starts anew with another key, with one of that key's operators", async () => {
    const { user, query } = await renderEditor({ filters: [{ key: 'provider', operator: '=', values: ['a'] }] });
    await choose(user, 'Filter 1 key', 'Cost');
    expect(query().filters).toEqual([{ key: 'cost', operator: '>=', values: [] }]);
  });

  it('takes a free number, and marks what is none', async () => {
    const { user, query } = await renderEditor({ filters: [{ key: 'cost', operator: '>', values: [] }] });
    await user.type(screen.getByLabelText('Filter 1 value'), '0.5{Enter}');
    expect(query().filters).toEqual([{ key: 'cost', operator: '>', values: ['0.5'] }]);
    expect(screen.queryByText('Not a number')).not.toBeInTheDocument();

    await user.type(screen.getByLabelText('Filter 1 value'), ' dollars{Enter}');
    expect(screen.getByText('Not a number')).toBeInTheDocument();
  });

  it('removes a filter', async () => {
    const { user, query } = await renderEditor({
      filters: [
        { key: 'provider', operator: '=', values: ['a'] },
        { key: 'model_name', operator: '=', values: ['b'] },
      ],
    });
    await user.click(screen.getByRole('button', { name: 'Remove filter 1' }));
    expect(query().filters).toEqual([{ key: 'model_name', operator: '=', values: ['b'] }]);
  });

  it('adds none at the limit', async () => {
    const filter = { key: 'provider', operator: '=' as const, values: ['a'] };
    await renderEditor({ filters: [filter, { ...filter, key: 'model_name' }] });
    expect(screen.getByRole('button', { name: /Add filter/ })).toHaveAttribute('aria-disabled', 'true');
  });

  it('says when there are too many values', async () => {
    await renderEditor({ filters: [{ key: 'provider', operator: 'in', values: ['a', 'b', 'c', 'd'] }] });
    expect(screen.getByText('At most 3 values')).toBeInTheDocument();
  });

  it('says why there are no suggestions, and still takes a typed value', async () => {
    backend.answers['dimensions/provider/values'] = { status: 504, body: { error: { message: 'It took too long' } } };
    const { user, query } = await renderEditor({ filters: [{ key: 'provider', operator: '=', values: [] }] });
    await user.type(screen.getByLabelText('Filter 1 value'), 'mistral');
    expect(await screen.findByText('No suggestions: It took too long')).toBeInTheDocument();
    await user.click(screen.getByRole('option', { name: /^mistral/ }));
    expect(query().filters).toEqual([{ key: 'provider', operator: '=', values: ['mistral'] }]);
  });
});

describe('QueryEditor without a catalog', () => {
  it("shows the proxy's error and the saved query, and recovers by a retry", async () => {
    backend.answers.catalog = { status: 502, body: { error: { message: 'Sign-in refused: no system user' } } };
    const { user } = await renderEditor({}, { ready: /could not be loaded/ });
    expect(screen.getByText('Sign-in refused: no system user')).toBeInTheDocument();
    expect(screen.getByText('The saved query is kept: Requests over time')).toBeInTheDocument();

    backend.answers.catalog = { body: { data: catalog } };
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByLabelText('Metrics')).toBeInTheDocument();
  });
});

describe('QueryEditor in an alert rule', () => {
  it('warns of what would break the rule', async () => {
    await renderEditor({}, { app: CoreApp.UnifiedAlerting });
    expect(screen.getByText(/^The interval “auto”/)).toBeInTheDocument();
  });

  it("names the rule's own time range", async () => {
    const { user } = await renderEditor({ interval: '1h' }, { app: CoreApp.UnifiedAlerting });
    expect(screen.getByText(/^In the rule's time range of 1h there may be no whole interval/)).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Summary' }));
    expect(screen.getByText(/^A summary counts the calls of the rule's own time range .* now 1h\.$/)).toBeVisible();
    expect(screen.queryByText(/no whole interval/)).not.toBeInTheDocument();
  });

  it('gives a hint in a panel, of which a rule can be made', async () => {
    const { user } = await renderEditor({}, { app: CoreApp.PanelEditor });
    expect(screen.queryByText(/^The interval “auto”/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'As an alert rule: one hint' }));
    expect(screen.getByText(/^The interval “auto”/)).toBeInTheDocument();
  });

  it('warns of nothing in Explore', async () => {
    await renderEditor({}, { app: CoreApp.Explore });
    expect(screen.queryByText(/alert rule/)).not.toBeInTheDocument();
  });
});

/** What a screen reader calls an element, roughly. */
function nameOf(element: Element | null): string {
  const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
  return (label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
}

interface Options {
  app?: CoreApp;
  variables?: string[];
  initial?: AiMetricsQuery;
  /** The text that says that there is something to work on. */
  ready?: RegExp;
}

async function renderEditor(changes: Partial<AiMetricsQuery> = {}, options: Options = {}) {
  const { app = CoreApp.PanelEditor, variables = [], ready = /^Metrics/, initial = defaultQuery } = options;
  const known = Object.fromEntries(variables.map((name) => [name, { value: 'x' }]));
  const datasource = makeDataSource(templateSrv(known), { timezone: 'Europe/Berlin' });
  const onRunQuery = jest.fn();
  let current: AiMetricsQuery = { ...initial, ...changes };

  render(
    <Editor
      datasource={datasource}
      initial={current}
      app={app}
      onChange={(query) => (current = query)}
      onRunQuery={onRunQuery}
    />
  );
  await screen.findByText(ready);
  return { user: userEvent.setup({ delay: null }), query: () => current, onRunQuery };
}

interface EditorProps {
  datasource: AiMetricsDataSource;
  initial: AiMetricsQuery;
  app: CoreApp;
  onChange: (query: AiMetricsQuery) => void;
  onRunQuery: () => void;
}

/** Keeps the query as Grafana does, and, as it does for a range up to now, has a new time range for each answer. */
function Editor({ datasource, initial, app, onChange, onRunQuery }: EditorProps) {
  const [query, setQuery] = useState(initial);
  const [range, setRange] = useState(timeRange);
  return (
    <QueryEditor
      datasource={datasource}
      query={query}
      range={range}
      app={app}
      onChange={(next) => {
        setQuery(next);
        onChange(next);
      }}
      onRunQuery={() => {
        onRunQuery();
        setRange({ ...timeRange });
      }}
    />
  );
}

async function choose(user: ReturnType<typeof userEvent.setup>, label: string, option: string | RegExp) {
  await user.click(screen.getByLabelText(label));
  await user.click(await screen.findByRole('option', { name: option }));
}

/** Label and description of each option of the open list. */
async function optionNames(): Promise<string[]> {
  const options = await screen.findAllByRole('option');
  return options.map((option) =>
    [...option.querySelectorAll('div')]
      .filter((element) => element.children.length === 0 && element.textContent)
      .map((element) => element.textContent)
      .join(' ')
  );
}
