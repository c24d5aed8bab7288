import { describe, expect, it } from 'vitest';
import { measureQuestion, median } from '../../bench/measure.ts';
import { listQuestions, type Question } from '../../bench/questions.ts';

const [requests] = listQuestions('gpt-4o') as [Question];
const frames = [
  {
    schema: { fields: [{ name: 'requests', type: 'number' }] },
    data: { values: [[2]] },
  },
];

describe('measureQuestion', () => {
  it('asks each side until it is warm, then by turns', async () => {
    const asked: string[] = [];
    const sides = {
      direct: () => Promise.resolve([{ requests: asked.push('direct') && 2 }]),
      proxy: () => Promise.resolve(asked.push('proxy') && frames),
    };
    const { question, aim, differences } = await measureQuestion(requests, sides, {
      runs: 2,
      warmUpMs: 60_000,
      exactMoney: true,
    });
    expect(asked).toEqual([
      ...Array.from({ length: 100 }, () => 'direct'),
      ...Array.from({ length: 100 }, () => 'proxy'),
      ...['direct', 'proxy', 'direct', 'proxy'],
    ]);
    expect([question, aim, differences]).toEqual(['requests_24h_1m', 1, []]);
  });

  it('says where the answers differ', async () => {
    const sides = { direct: () => Promise.resolve([{ requests: 3 }]), proxy: () => Promise.resolve(frames) };
    const { differences } = await measureQuestion(requests, sides, { runs: 1, warmUpMs: 0, exactMoney: true });
    expect(differences).toEqual([{ cell: 'requests', direct: 3, proxy: 2 }]);
  });
});

describe('median', () => {
  it.each([
    [[7], 7],
    [[30, 1, 2], 2],
    [[4, 30, 1, 2], 3],
  ])('of %j is %d', (times, expected) => {
    expect(median(times)).toBe(expected);
  });
});
