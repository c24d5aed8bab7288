import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/query/answer.ts';
import type { EventsAnswer } from '../../src/query/events/answer-events.ts';
import type { FoundEvent } from '../../src/query/events/events.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type Call, openMetrics, type OpenMetrics } from './open-metrics.ts';
import { defaultLimits } from './question-context.ts';

type Context = Parameters<OpenMetrics['answer']>[1];

function eventsOf(answer: Answer): EventsAnswer {
  if (!('events' in answer)) {
    throw new Error('This is no answer about events');
  }
  return answer;
}

async function ask(table: OpenMetrics, query: Partial<QueryInput>, context?: Context): Promise<EventsAnswer> {
  return eventsOf(await table.answer({ kind: 'events', ...query }, context));
}

/** Such as `2026-05-01T10:00:00.250Z openai gpt-5`, or `2026-05-01T10:00:00.000Z 3 of May 2026`. */
function inShort(event: FoundEvent): string {
  const what =
    event.event === 'new_model' ? `${event.provider} ${event.model_name}` : `${String(event.cost)} of ${event.month}`;
  return `${new Date(event.time).toISOString()} ${what}`;
}

const pair = (provider: string | null, model_name: string | null, ...times: string[]): Call[] =>
  times.map((start_time) => ({ provider, model_name, start_time }));

describeOnEngines('answerQuery about new models', (engine) => {
  let table: OpenMetrics;
  // The range is 2026-05-01. 400 days before its end is 2025-03-28.
  const newModels = async (query: Partial<QueryInput> = {}, context: Context = {}) =>
    (await ask(table, { metrics: ['new_model'], ...query }, context)).events.map(inShort);

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      ...pair('openai', 'gpt-5', '2026-05-01 12:00:00.000', '2026-05-01 10:00:00.250', '2026-05-01 23:00:00.000'),
      ...pair('azure', 'gpt-5', '2026-05-01 11:00:00.000'),
      ...pair('OpenAI', 'gpt-5', '2026-05-01 14:00:00.000'),
      ...pair('openai', 'first of the range', '2026-05-01 00:00:00.000'),
      ...pair('openai', 'first after the range', '2026-05-02 00:00:00.000'),
      ...pair('openai', 'a moment before', '2026-04-30 23:59:59.999', '2026-05-01 09:00:00.000'),
      ...pair('openai', 'a week before', '2026-04-24 12:00:00.000', '2026-05-01 09:00:00.000'),
      ...pair('openai', 'months before', '2026-02-24 12:00:00.000', '2026-05-01 09:00:00.000'),
      ...pair('openai', 'last year', '2025-04-24 12:00:00.000', '2026-05-01 09:00:00.000'),
      ...pair('openai', 'as far as it looks back', '2025-03-28 00:00:00.000', '2026-05-01 09:00:00.000'),
      ...pair('openai', 'longer ago', '2025-03-27 23:59:59.999', '2026-05-01 08:00:00.000'),
      ...pair(null, '', '2026-05-01 13:00:00.000'),
      ...pair('', null, '2026-05-01 12:30:00.000'),
      { provider: 'b', model_name: 'm', start_time: '2026-04-30 12:00:00.000', cost: 1, total_time: 1 },
      { provider: 'b', model_name: 'm', start_time: '2026-05-01 15:00:00.000', cost: 9, total_time: 1 },
    ]);
  });
  afterAll(() => table.close());

  it('finds the first call of each pair that was not called before', async () => {
    expect(await newModels()).toEqual([
      '2026-05-01T00:00:00.000Z openai first of the range',
      '2026-05-01T08:00:00.000Z openai longer ago',
      '2026-05-01T10:00:00.250Z openai gpt-5',
      '2026-05-01T11:00:00.000Z azure gpt-5',
      '2026-05-01T12:30:00.000Z (none) (none)',
      '2026-05-01T14:00:00.000Z OpenAI gpt-5',
    ]);
  });

  it('puts the range between what was called before and what comes after', async () => {
    const range = { from: '2026-05-01T10:00:00.251Z', to: '2026-05-01T14:00:00.000Z' };
    expect(await newModels({}, range)).toEqual([
      '2026-05-01T11:00:00.000Z azure gpt-5',
      '2026-05-01T12:30:00.000Z (none) (none)',
    ]);
  });

  it('looks back as far as a question may, and says how far', async () => {
    const limits = { ...defaultLimits, rangeDays: 2 };
    expect(
      await newModels({ filters: [{ key: 'model_name', operator: 'contains', values: ['before'] }] }, { limits })
    ).toEqual(['2026-05-01T09:00:00.000Z openai a week before', '2026-05-01T09:00:00.000Z openai months before']);
    const { notices } = await ask(table, { metrics: ['new_model'] }, { limits });
    expect(notices).toEqual([
      { severity: 'info', text: 'New model: there is no call of it before, back to 2026-04-30T00:00:00.000Z.' },
    ]);
  });

  it('is about the calls that the filters leave', async () => {
    expect(await newModels({ filters: [{ key: 'provider', operator: '=', values: ['azure'] }] })).toEqual([
      '2026-05-01T11:00:00.000Z azure gpt-5',
    ]);
    expect(await newModels({ filters: [{ key: 'provider', operator: '=', values: ['(none)'] }] })).toEqual([
      '2026-05-01T12:30:00.000Z (none) (none)',
    ]);
    expect(await newModels({ filters: [{ key: 'cost', operator: '>', values: [5] }] })).toEqual([
      '2026-05-01T15:00:00.000Z b m',
    ]);
  });

  it('finds none where there are none', async () => {
    const { events, notices, executedQuery } = await ask(
      table,
      { metrics: ['new_model'], timezone: 'Asia/Kathmandu' },
      { from: '2026-04-01T00:00Z', to: '2026-04-02T00:00Z' }
    );
    expect(events).toEqual([]);
    expect(notices.map(({ text }) => text)).toEqual([
      'Nothing was found from 2026-04-01T00:00:00.000Z to 2026-04-02T00:00:00.000Z.',
      'New model: there is no call of it before, back to 2025-02-26T00:00:00.000Z.',
    ]);
    // Nothing was called in the range, so nothing before the day before it was looked for.
    expect(JSON.parse(executedQuery)).toEqual({
      kind: 'events',
      metrics: ['new_model'],
      filters: [],
      from: '2026-04-01T00:00:00.000Z',
      to: '2026-04-02T00:00:00.000Z',
      timezone: 'Asia/Kathmandu',
      segments: [
        { source: 'raw', from: '2026-04-01 00:00:00.000', to: '2026-04-02 00:00:00.000' },
        { source: 'raw', from: '2026-03-31 00:00:00.000', to: '2026-04-01 00:00:00.000' },
      ],
    });
  });

  it('answers the newest ones where there are too many, and says so', async () => {
    const { events, notices } = await ask(
      table,
      { metrics: ['new_model'] },
      { limits: { ...defaultLimits, rowsPerPage: 2 } }
    );
    expect(events.map(inShort)).toEqual([
      '2026-05-01T12:30:00.000Z (none) (none)',
      '2026-05-01T14:00:00.000Z OpenAI gpt-5',
    ]);
    expect(notices[0]).toEqual({
      severity: 'warning',
      text: 'Only the newest 2 of 6 events: choose a shorter range or a filter.',
    });
  });

  it('reads no further back than it has to', async () => {
    const asked = { from: '2026-05-01T09:00Z', to: '2026-05-01T09:01Z' };
    const segments = async (model: string) => {
      const filters = [{ key: 'model_name', operator: '=' as const, values: [model] }];
      const { executedQuery } = await ask(table, { metrics: ['new_model'], filters }, asked);
      return (JSON.parse(executedQuery) as { segments: { from: string }[] }).segments.map(({ from }) => from);
    };
    expect(await segments('a moment before')).toEqual(['2026-05-01 09:00:00.000', '2026-04-30 09:00:00.000']);
    // One day, then 8 and 64 more, then the rest of the 400 days before the end.
    expect(await segments('last year')).toEqual([
      '2026-05-01 09:00:00.000',
      '2026-04-30 09:00:00.000',
      '2026-04-22 09:00:00.000',
      '2026-02-17 09:00:00.000',
      '2025-03-27 09:01:00.000',
    ]);
  });
});

const cost = (start_time: string, amount: string | null, provider = 'a'): Call => ({
  start_time: start_time.replace('T', ' ').replace('Z', ''),
  cost: amount,
  provider,
});

describeOnEngines('answerQuery about crossed budgets', (engine) => {
  let table: OpenMetrics;
  const crossings = async (query: Partial<QueryInput>, from: string, to: string) =>
    (
      await ask(
        table,
        { metrics: ['budget_crossed'], parameters: { budget: 3 }, ...query },
        { from, to, now: '2027-01-01T00:00Z' }
      )
    ).events.map(inShort);

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      // Around the begin of March and of April. Between them, clocks in Berlin go forward on 29 March.
      cost('2026-02-28T22:59:59.999Z', '100'),
      cost('2026-02-28T23:00:00.000Z', '1'),
      cost('2026-03-31T21:59:59.999Z', '2'),
      cost('2026-03-31T22:00:00.000Z', '2'),
      cost('2026-04-15T12:34:56.789Z', '1'),
      cost('2026-04-15T12:35:00.000Z', '50'),
      // Clocks in Berlin show half past two twice, and November begins an hour later in UTC than April does.
      cost('2026-10-25T00:30:30.000Z', '2'),
      cost('2026-10-25T01:30:45.000Z', '1'),
      cost('2026-10-31T22:59:59.999Z', '1'),
      cost('2026-10-31T23:00:00.000Z', '3'),
      // Of two providers, and of one without a cost.
      cost('2026-12-01T10:00:00.000Z', '2', 'a'),
      cost('2026-12-01T11:00:00.000Z', '2', 'b'),
      cost('2026-12-01T12:00:00.000Z', '1', 'a'),
      cost('2026-12-01T10:30:00.000Z', null, 'a'),
    ]);
  });
  afterAll(() => table.close());

  it.each([
    [
      'Europe/Berlin',
      [
        '2026-02-28T22:59:00.000Z 100 of February 2026',
        '2026-03-31T21:59:00.000Z 3 of March 2026',
        '2026-04-15T12:34:00.000Z 3 of April 2026',
      ],
    ],
    [
      'UTC',
      [
        '2026-02-28T22:59:00.000Z 100 of February 2026',
        '2026-03-31T22:00:00.000Z 4 of March 2026',
        '2026-04-15T12:35:00.000Z 51 of April 2026',
      ],
    ],
    // There a month begins at 18:15 of the day before, in UTC.
    ['Asia/Kathmandu', ['2026-02-28T22:59:00.000Z 100 of March 2026', '2026-03-31T22:00:00.000Z 4 of April 2026']],
  ])('takes the months of the calendar in %s', async (timezone, expected) => {
    expect(await crossings({ timezone }, '2026-02-15T00:00Z', '2026-05-01T00:00Z')).toEqual(expected);
  });

  it('tells the two hours apart that the clock shows twice, and begins November after them', async () => {
    expect(await crossings({ timezone: 'Europe/Berlin' }, '2026-10-25T00:00Z', '2026-11-05T00:00Z')).toEqual([
      '2026-10-25T01:30:00.000Z 3 of October 2026',
      '2026-10-31T23:00:00.000Z 3 of November 2026',
    ]);
  });

  it('counts the month from its begin, wherever the range begins', async () => {
    expect(await crossings({ timezone: 'Europe/Berlin' }, '2026-04-15T12:00Z', '2026-04-15T13:00Z')).toEqual([
      '2026-04-15T12:34:00.000Z 3 of April 2026',
    ]);
    expect(await crossings({ timezone: 'Europe/Berlin' }, '2026-04-16T00:00Z', '2026-04-17T00:00Z')).toEqual([]);
  });

  it.each([
    ['2026-04-15T12:34:00.000Z', '2026-04-15T13:00:00.000Z', 1],
    ['2026-04-15T12:34:00.001Z', '2026-04-15T13:00:00.000Z', 0],
    ['2026-04-15T12:00:00.000Z', '2026-04-15T12:34:00.000Z', 0],
    // The minute has begun: the call that comes later in it counts, for the range that follows would miss it.
    ['2026-04-15T12:00:00.000Z', '2026-04-15T12:34:00.001Z', 1],
  ])('has the crossing of 12:34 from %s to %s %i times', async (from, to, times) => {
    expect(await crossings({ timezone: 'Europe/Berlin' }, from, to)).toHaveLength(times);
  });

  it('is about the calls that the filters leave', async () => {
    const december = ['2026-12-01T00:00Z', '2026-12-02T00:00Z'] as const;
    const of = (provider: string) => ({ filters: [{ key: 'provider', operator: '=' as const, values: [provider] }] });
    expect(await crossings({}, ...december)).toEqual(['2026-12-01T11:00:00.000Z 4 of December 2026']);
    expect(await crossings(of('a'), ...december)).toEqual(['2026-12-01T12:00:00.000Z 3 of December 2026']);
    expect(await crossings(of('b'), ...december)).toEqual([]);
  });

  it('says how many calls have no cost', async () => {
    const { notices } = await ask(
      table,
      { metrics: ['budget_crossed'], parameters: { budget: '3' } },
      { from: '2026-12-01T00:00Z', to: '2026-12-02T00:00Z' }
    );
    expect(notices).toEqual([{ severity: 'info', text: 'Budget crossed: 1 call without a value left out.' }]);
  });

  it('finds both events together, in the order of their times', async () => {
    const both = await ask(
      table,
      { metrics: ['budget_crossed', 'new_model'], parameters: { budget: 3 } },
      { from: '2026-12-01T00:00Z', to: '2026-12-02T00:00Z' }
    );
    expect(both.events.map(inShort)).toEqual([
      '2026-12-01T11:00:00.000Z b (none)',
      '2026-12-01T11:00:00.000Z 4 of December 2026',
    ]);
    expect(JSON.parse(both.executedQuery)).toMatchObject({ parameters: { budget: 3 } });
  });
});

describeOnEngines('the sum of costs that a budget is compared with', (engine) => {
  it('is exact', async () => {
    const table = await openMetrics(engine);
    // An hour each. As float64, ten times 0.1 is 0.9999999999999999. In June it is 0.00000001 less.
    const tenths = (month: string, last: string) =>
      Array.from({ length: 10 }, (_, hour) =>
        cost(`2026-${month}-07T0${String(hour)}:00:00.000Z`, hour === 9 ? last : '0.1')
      );
    await table.insert([...tenths('05', '0.1'), ...tenths('06', '0.09999999')]);
    const asked = { metrics: ['budget_crossed'], parameters: { budget: '1' } };
    const { events } = await ask(table, asked, { from: '2026-05-01T00:00Z', to: '2026-07-01T00:00Z' });
    expect(events.map(inShort)).toEqual(['2026-05-07T09:00:00.000Z 1 of May 2026']);
    await table.close();
  });
});

describe('answerRows of events', () => {
  it('has a row for each, with its time in ISO 8601', async () => {
    const table = await openMetrics('sqlite');
    await table.insert([{ provider: 'a', model_name: 'x', cost: '1' }]);
    const asked = { kind: 'events' as const, metrics: ['new_model', 'budget_crossed'], parameters: { budget: 1 } };
    expect(await table.rows(asked)).toEqual([
      {
        time: '2026-05-01T12:00:00.000Z',
        event: 'new_model',
        title: 'New model',
        text: 'First call of x (a)',
        tags: 'new_model,a,x',
        provider: 'a',
        model_name: 'x',
      },
      {
        time: '2026-05-01T12:00:00.000Z',
        event: 'budget_crossed',
        title: 'Budget crossed',
        text: 'The cost of May 2026 reached the budget: USD 1.00 of USD 1.00',
        tags: 'budget_crossed',
        provider: null,
        model_name: null,
      },
    ]);
    await table.close();
  });
});

describe('events of a table in another zone', () => {
  it('have the time that the stored one stands for', async () => {
    const table = await openMetrics('sqlite', { metricsTimezone: 'Europe/Berlin' });
    // Berlin is two hours ahead until 25 October, then one.
    await table.insert([
      { start_time: '2026-10-24 12:00:00.500', provider: 'a', model_name: 'x', cost: '1' },
      { start_time: '2026-10-26 12:00:00.500', provider: 'a', model_name: 'y', cost: '1' },
    ]);
    const { events } = await ask(
      table,
      { metrics: ['new_model', 'budget_crossed'], parameters: { budget: 2 }, timezone: 'Europe/Berlin' },
      { from: '2026-10-24T00:00Z', to: '2026-10-27T00:00Z' }
    );
    expect(events.map(inShort)).toEqual([
      '2026-10-24T10:00:00.500Z a x',
      '2026-10-26T11:00:00.000Z 2 of October 2026',
      '2026-10-26T11:00:00.500Z a y',
    ]);
    await table.close();
  });
});
