import { describe, expect, it } from 'vitest';
import { answerFrames } from '../../src/query/output/frames.ts';
import { seriesAnswer, summaryAnswer } from './made-answer.ts';

const noon = 1_777_636_800_000;
const number = { type: 'number', typeInfo: { frame: 'float64', nullable: true } };
const time = { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' } };
const text = { type: 'string', typeInfo: { frame: 'string', nullable: true } };
const meta = (type: string) => ({ type, typeVersion: [0, 1], executedQueryString: '{"kind":"…"}' });

describe('answerFrames of a time series', () => {
  it('is a frame per series, schema first', () => {
    const answer = seriesAnswer({ metrics: ['cost'], groupBy: ['provider'] }, [
      [
        'cost',
        { provider: 'a' },
        [
          [noon, 0.5],
          [noon + 60_000, 1.5],
        ],
      ],
      ['cost', { provider: 'b' }, [[noon, 2]]],
    ]);
    const frames = answerFrames(answer, 'A', 'USD');
    expect(frames).toEqual([
      {
        schema: {
          refId: 'A',
          meta: meta('timeseries-multi'),
          fields: [
            time,
            {
              name: 'cost',
              ...number,
              labels: { provider: 'a' },
              config: { unit: 'currencyUSD', displayNameFromDS: 'a' },
            },
          ],
        },
        data: {
          values: [
            [noon, noon + 60_000],
            [0.5, 1.5],
          ],
        },
      },
      {
        schema: {
          refId: 'A',
          meta: meta('timeseries-multi'),
          fields: [
            time,
            {
              name: 'cost',
              ...number,
              labels: { provider: 'b' },
              config: { unit: 'currencyUSD', displayNameFromDS: 'b' },
            },
          ],
        },
        data: { values: [[noon], [2]] },
      },
    ]);
    expect(frames.map((frame) => Object.keys(frame))).toEqual([
      ['schema', 'data'],
      ['schema', 'data'],
    ]);
  });

  it('tells metrics apart by a label, because names are no part of an identity', () => {
    const answer = seriesAnswer({ metrics: ['cost', 'requests'] }, [
      ['cost', {}, [[noon, 0.5]]],
      ['requests', {}, [[noon, 3]]],
    ]);
    expect(answerFrames(answer, 'A', 'USD').map(({ schema }) => schema.fields[1])).toEqual([
      {
        name: 'cost',
        ...number,
        labels: { metric: 'cost' },
        config: { unit: 'currencyUSD', displayNameFromDS: 'Cost' },
      },
      {
        name: 'requests',
        ...number,
        labels: { metric: 'requests' },
        config: { unit: 'short', displayNameFromDS: 'Requests' },
      },
    ]);
  });

  it('is one frame without fields when there is no data', () => {
    expect(answerFrames(seriesAnswer({}, []), 'B', 'USD')).toEqual([
      { schema: { refId: 'B', meta: meta('timeseries-multi'), fields: [] }, data: { values: [] } },
    ]);
  });
});

describe('answerFrames of a summary as a table', () => {
  it('has a column per dimension and metric', () => {
    const answer = summaryAnswer({ metrics: ['requests', 'latency_p95'], groupBy: ['provider', 'model_name'] }, [
      [{ provider: 'a', model_name: 'm' }, [3, 120.5]],
      [{ provider: '(none)', model_name: 'm ' }, [1, null]],
    ]);
    expect(answerFrames(answer, 'A', 'USD')).toEqual([
      {
        schema: {
          refId: 'A',
          meta: meta('numeric-long'),
          fields: [
            { name: 'provider', ...text, config: { displayNameFromDS: 'Provider' } },
            { name: 'model_name', ...text, config: { displayNameFromDS: 'Model' } },
            { name: 'requests', ...number, config: { unit: 'short', displayNameFromDS: 'Requests' } },
            { name: 'latency_p95', ...number, config: { unit: 'ms', displayNameFromDS: 'Latency p95' } },
          ],
        },
        data: {
          values: [
            ['a', '(none)'],
            ['m', 'm '],
            [3, 1],
            [120.5, null],
          ],
        },
      },
    ]);
  });

  it('is one frame without fields when there is no data', () => {
    expect(answerFrames(summaryAnswer({ groupBy: ['provider'] }, []), 'A', 'USD')).toEqual([
      { schema: { refId: 'A', meta: meta('numeric-long'), fields: [] }, data: { values: [] } },
    ]);
  });
});

describe('answerFrames of a summary as numbers', () => {
  it('is a frame per value, without those that are missing', () => {
    const answer = summaryAnswer({ metrics: ['requests', 'cost'], groupBy: ['provider'], shape: 'numbers' }, [
      [{ provider: 'a' }, [3, null]],
      [{ provider: 'b' }, [4, 0.25]],
    ]);
    const frame = (name: string, provider: string, unit: string, displayName: string, value: number) => ({
      schema: {
        refId: 'A',
        meta: meta('numeric-multi'),
        fields: [
          { name, ...number, labels: { provider, metric: name }, config: { unit, displayNameFromDS: displayName } },
        ],
      },
      data: { values: [[value]] },
    });
    expect(answerFrames(answer, 'A', 'USD')).toEqual([
      frame('requests', 'a', 'short', 'a · Requests', 3),
      frame('requests', 'b', 'short', 'b · Requests', 4),
      frame('cost', 'b', 'currencyUSD', 'b · Cost', 0.25),
    ]);
  });

  it('has no label for the metric where there is one only', () => {
    const answer = summaryAnswer({ metrics: ['cost'], groupBy: ['provider'], shape: 'numbers' }, [
      [{ provider: 'a' }, [3]],
    ]);
    expect(answerFrames(answer, 'A', 'EUR')[0]?.schema.fields).toEqual([
      { name: 'cost', ...number, labels: { provider: 'a' }, config: { unit: 'currencyEUR', displayNameFromDS: 'a' } },
    ]);
  });

  it('is one frame without fields when every value is missing', () => {
    const answer = summaryAnswer({ metrics: ['cost'], shape: 'numbers' }, [[{}, [null]]]);
    expect(answerFrames(answer, 'A', 'USD')).toEqual([
      { schema: { refId: 'A', meta: meta('numeric-multi'), fields: [] }, data: { values: [] } },
    ]);
  });
});

describe('answerFrames', () => {
  it('puts notices into the first frame only', () => {
    const notices = [{ severity: 'info' as const, text: 'Something to know.' }];
    const series = seriesAnswer({ groupBy: ['provider'] }, [
      ['requests', { provider: 'a' }, [[noon, 1]]],
      ['requests', { provider: 'b' }, [[noon, 1]]],
    ]);
    expect(answerFrames({ ...series, notices }, 'A', 'USD').map(({ schema }) => schema.meta.notices)).toEqual([
      notices,
      undefined,
    ]);
    expect(answerFrames({ ...seriesAnswer({}, []), notices }, 'A', 'USD')[0]?.schema.meta.notices).toEqual(notices);
  });

  it('puts all notices of a severity into one, in their order', () => {
    const notices = [
      { severity: 'info' as const, text: 'First.' },
      { severity: 'warning' as const, text: 'Beware.' },
      { severity: 'info' as const, text: 'Last.' },
    ];
    expect(answerFrames({ ...seriesAnswer({}, []), notices }, 'A', 'USD')[0]?.schema.meta.notices).toEqual([
      { severity: 'info', text: 'First. Last.' },
      { severity: 'warning', text: 'Beware.' },
    ]);
  });

  const nameOf = (legend: string, metrics: string[], labels: Record<string, string>) => {
    const [metric = ''] = metrics;
    const groupBy = Object.keys(labels);
    const answer = seriesAnswer({ metrics, groupBy, legend }, [[metric, labels, [[noon, 1]]]]);
    return answerFrames(answer, 'A', 'USD')[0]?.schema.fields[1]?.config?.displayNameFromDS;
  };

  it.each([
    ['', ['cost'], {}, 'Cost'],
    ['', ['cost'], { provider: 'a' }, 'a'],
    ['', ['cost'], { provider: 'a', model_name: 'm' }, 'a m'],
    ['', ['cost', 'requests'], {}, 'Cost'],
    ['', ['cost', 'requests'], { provider: 'a' }, 'a · Cost'],
    ['{{provider}}: {{metric}}', ['cost'], { provider: 'a' }, 'a: Cost'],
    ['{{ model_name }}', ['cost'], { model_name: '$& $1' }, '$& $1'],
    ['total', ['cost'], {}, 'total'],
    ['{{nothing}}!', ['cost'], {}, '!'],
    ['{{__proto__}}{{constructor}}', ['cost'], {}, ''],
    ['{provider}', ['cost'], { provider: 'a' }, '{provider}'],
  ] as const)('names a series by the legend "%s"', (legend, metrics, labels, name) => {
    expect(nameOf(legend, [...metrics], labels)).toBe(name);
  });
});
