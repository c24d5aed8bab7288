import { describe, expect, it } from 'vitest';
import { type GeneratedCall, generateCalls } from '../../src/demo/generate-calls.ts';

const day = 86_400_000;
const until = Date.parse('2026-11-24T00:00:00Z');
const from = until - 30 * day;
const options = { seed: 42, rows: 60_000, from, until };
const calls = [...generateCalls(options)];

function share(has: (call: GeneratedCall) => boolean): number {
  return calls.filter(has).length / calls.length;
}

function prices(provider: string, model: string): Set<number> {
  const ofModel = calls.filter((call) => call.provider === provider && call.model_name === model);
  return new Set(
    ofModel
      .filter(({ cost, prompt_tokens }) => cost !== null && Number(cost) > 0 && prompt_tokens !== null)
      .map(
        ({ cost, prompt_tokens, completion_tokens }) =>
          Number(cost?.replace('.', '')) - 250 * (prompt_tokens ?? 0) - 1000 * (completion_tokens ?? 0)
      )
  );
}

describe('generateCalls', () => {
  it('gives exactly the asked number, all of which start in the range', () => {
    expect(calls).toHaveLength(60_000);
    expect(calls.every(({ startTime }) => startTime >= from && startTime < until)).toBe(true);
    expect(calls.every(({ endTime }) => endTime === null || endTime < until + 3000)).toBe(true);
  });

  it('gives the same calls for the same options, and others for another seed', () => {
    const few = { ...options, rows: 500 };
    expect([...generateCalls(few)]).toEqual([...generateCalls(few)]);
    expect([...generateCalls(few)]).not.toEqual([...generateCalls({ ...few, seed: 43 })]);
  });

  it('says of each call that it was generated', () => {
    expect(calls.every(({ monitor_id }) => monitor_id === null || monitor_id.startsWith('demo-'))).toBe(true);
    expect(share(({ monitor_id }) => monitor_id === null)).toBeCloseTo(0.01, 2);
  });

  it('has several providers, and many monitors', () => {
    expect([...new Set(calls.map(({ provider }) => provider))].sort()).toEqual([
      'anthropic',
      'azure',
      'google',
      'mistral',
      'openai',
    ]);
    expect(new Set(calls.map(({ monitor_id }) => monitor_id)).size).toBeGreaterThan(2000);
  });

  it('prices tokens exactly: gpt-4o costs 2.50 and 10.00 for a million', () => {
    expect(prices('openai', 'gpt-4o')).toEqual(new Set([0]));
    expect(calls.every(({ cost }) => cost === null || /^\d+\.\d{8}$/.test(cost))).toBe(true);
  });

  it('has calls that did not end', () => {
    const unfinished = calls.filter(({ endTime }) => endTime === null);
    expect(unfinished.length / calls.length).toBeGreaterThan(0.01);
    expect(unfinished.length / calls.length).toBeLessThan(0.02);
    for (const { total_time, cost, total_tokens, completion_tokens, prompt_tokens } of unfinished) {
      expect([total_time, cost, total_tokens, completion_tokens]).toEqual([null, null, null, null]);
      expect(prompt_tokens).toBeGreaterThan(0);
    }
  });

  it('has the gaps and mistakes of real tables', () => {
    const ended = (call: GeneratedCall) => call.endTime !== null;
    expect(share((call) => ended(call) && call.cost === null)).toBeCloseTo(0.007, 2);
    expect(share((call) => Number(call.cost ?? 1) === 0)).toBeGreaterThan(0);
    expect(share((call) => ended(call) && call.total_tokens === null)).toBeCloseTo(0.005, 2);
    const mismatch = ({ prompt_tokens, completion_tokens, total_tokens }: GeneratedCall) =>
      total_tokens !== null && (prompt_tokens ?? 0) + (completion_tokens ?? 0) !== total_tokens;
    expect(share(mismatch)).toBeGreaterThan(0);
    expect(share(mismatch)).toBeLessThan(0.01);
    expect(share(({ completion_tokens }) => completion_tokens === 0)).toBeGreaterThan(0);
    expect(
      share(({ startTime, endTime, total_time }) => endTime !== null && endTime - startTime - (total_time ?? 0) > 1000)
    ).toBeGreaterThan(0);
  });

  it('writes calls when they end, and some of them late', () => {
    let newest = 0;
    const lateness = calls.map(({ startTime }) => {
      newest = Math.max(newest, startTime);
      return newest - startTime;
    });
    expect(lateness.filter((late) => late > 0).length).toBeGreaterThan(1000);
    expect(lateness.filter((late) => late > 10 * 60_000).length).toBeGreaterThan(100);
    expect(lateness.filter((late) => late > 3_600_000).length).toBeGreaterThan(5);
  });

  it('has more calls by day than by night, and on weekdays than at weekends', () => {
    const inHour = (hour: number) => calls.filter(({ startTime }) => new Date(startTime).getUTCHours() === hour).length;
    expect(inHour(10)).toBeGreaterThan(5 * inHour(3));
    const onDay = (weekday: number) =>
      calls.filter(({ startTime }) => new Date(startTime).getUTCDay() === weekday).length;
    expect(onDay(2)).toBeGreaterThan(2 * onDay(0));
  });

  it('has a model that comes late', () => {
    const starts = calls.filter(({ model_name }) => model_name === 'gpt-5').map(({ startTime }) => startTime);
    expect(starts.length).toBeGreaterThan(100);
    // After 87 % of 30 days.
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(from + 26.1 * day);
  });

  it('lays out incidents and the late model in another time, if told', () => {
    const later = [
      ...generateCalls({ ...options, rows: 2000, from: until, until: until + day, history: { from, until } }),
    ];
    expect(later.some(({ model_name }) => model_name === 'gpt-5')).toBe(true);
    expect(later.every(({ startTime }) => startTime >= until && startTime < until + day)).toBe(true);
  });

  it('has latencies around what a model usually takes', () => {
    const latencies = calls
      .filter(({ model_name, total_time }) => model_name === 'gpt-4o-mini' && total_time !== null)
      .map(({ total_time }) => total_time ?? 0)
      .sort((a, b) => a - b);
    const quantile = (q: number) => latencies[Math.floor(q * latencies.length)] ?? 0;
    // 330 ms to the first token and 180 tokens at 120 per second are 1.8 s; log-normal tails go up.
    expect(quantile(0.5)).toBeGreaterThan(1400);
    expect(quantile(0.5)).toBeLessThan(2400);
    expect(quantile(0.95)).toBeGreaterThan(2 * quantile(0.5));
  });
});
