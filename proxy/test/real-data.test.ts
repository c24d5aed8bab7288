import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCalls } from '../src/cli/import/import-calls.ts';
import { openMetrics, type OpenMetrics } from './query/open-metrics.ts';
import { describeOnEngines } from './servers/describe-on-engines.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const callFiles = ['azure-llm-2023-code.csv', 'llmperf-2023.csv'].map((name) => join(folder, name));
const publishedFile = join(folder, 'llmperf-2023-published-latency.csv');
const missing = [...callFiles, publishedFile].filter((path) => !existsSync(path));

const range = { from: '2023-11-01T00:00Z', to: '2024-01-01T00:00Z', now: '2024-01-02T00:00Z' };
const percentiles = [50, 75, 90, 95, 99];

/** What a file says of one provider and model, by no code of the product. */
interface FileGroup {
  provider: string;
  model_name: string;
  requests: number;
  tokens: number;
  prompt: number;
  completion: number;
  /** In 10^-8; null where no call has a cost. */
  cost: bigint | null;
  /** Ascending. */
  durations: number[];
}

/** Plain comma-separated lines by the names of their first one; nothing in these files is quoted. */
function readCsv(path: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])));
}

function readGroups(): FileGroup[] {
  const groups = new Map<string, FileGroup>();
  for (const call of callFiles.flatMap(readCsv)) {
    const { provider = '', model_name = '' } = call;
    const group = groups.get(`${provider},${model_name}`) ?? {
      provider,
      model_name,
      requests: 0,
      tokens: 0,
      prompt: 0,
      completion: 0,
      cost: null,
      durations: [],
    };
    groups.set(`${provider},${model_name}`, group);
    group.requests += 1;
    group.tokens += Number(call['total_tokens']);
    group.prompt += Number(call['prompt_tokens']);
    group.completion += Number(call['completion_tokens']);
    if (call['cost'] !== undefined && call['cost'] !== '') {
      const [whole = '0', fraction = ''] = call['cost'].split('.');
      group.cost = (group.cost ?? 0n) + BigInt(whole + fraction.padEnd(8, '0'));
    }
    if (call['total_time'] !== undefined && call['total_time'] !== '') {
      group.durations.push(Number(call['total_time']));
    }
  }
  const inOrder = [...groups.values()].sort((a, b) =>
    a.provider + ' ' + a.model_name < b.provider + ' ' + b.model_name ? -1 : 1
  );
  inOrder.forEach(({ durations }) => durations.sort((a, b) => a - b));
  return inOrder;
}

function suite(engine: Parameters<Parameters<typeof describeOnEngines>[1]>[0]): void {
  let table: OpenMetrics;
  const groups = readGroups();
  const labels = ({ provider, model_name }: Pick<FileGroup, 'provider' | 'model_name'>) => ({ provider, model_name });

  beforeAll(async () => {
    table = await openMetrics(engine);
    for (const path of callFiles) {
      await importCalls(table.database, path, {
        metricsTimezone: 'UTC',
        append: false,
        onChecked: () => undefined,
        onProgress: () => undefined,
      });
    }
  });
  afterAll(async () => {
    await table.close();
  });

  const ask = (...metrics: string[]) =>
    table.answer({ kind: 'summary', groupBy: ['provider', 'model_name'], metrics }, range);
  const rows = (...metrics: string[]) =>
    table.rows({ kind: 'summary', groupBy: ['provider', 'model_name'], metrics }, range);

  it('has the calls of the files', () => {
    expect(groups.map(({ provider, model_name, requests }) => [provider, model_name, requests])).toEqual([
      ['anyscale', 'llama-2-13b-chat', 150],
      ['anyscale', 'llama-2-70b-chat', 150],
      ['anyscale', 'llama-2-7b-chat', 150],
      ['azure', 'llm-code', 8819],
      ['bedrock', 'llama-2-13b-chat', 53],
      ['bedrock', 'llama-2-70b-chat', 101],
      ['fireworks', 'llama-2-13b-chat', 150],
      ['fireworks', 'llama-2-70b-chat', 150],
      ['fireworks', 'llama-2-7b-chat', 150],
    ]);
  });

  it("gives the files' own counts and sums exactly", async () => {
    expect(await rows('requests', 'tokens', 'prompt_tokens', 'completion_tokens', 'cost')).toEqual(
      groups.map((group) => ({
        ...labels(group),
        requests: group.requests,
        tokens: group.tokens,
        prompt_tokens: group.prompt,
        completion_tokens: group.completion,
        cost: group.cost === null ? null : Number(`${group.cost.toString()}e-8`),
      }))
    );
  });

  it('has the same calls once, whichever way they are cut in time', async () => {
    const total = groups.reduce((sum, { requests }) => sum + requests, 0);
    for (const interval of ['1h', '6h', 'day', 'month'] as const) {
      const points = await table.rows({ metrics: ['requests'], interval, timezone: 'Asia/Kathmandu' }, range);
      expect(points.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(total);
    }
  });

  it.each(percentiles)('gives p%i within 1 % of the nearest rank', async (percent) => {
    const found = await rows(`latency_p${String(percent)}`);
    // The calls to Azure have no durations.
    const timed = groups.filter(({ durations }) => durations.length > 0);
    expect(found).toHaveLength(timed.length);
    for (const [index, { durations, ...group }] of timed.entries()) {
      expect(found[index]).toMatchObject(labels(group));
      const value = found[index]?.[`latency_p${String(percent)}`];
      const exact = durations[Math.ceil((percent * durations.length) / 100) - 1] ?? Number.NaN;
      expect(Math.abs(Number(value) - exact)).toBeLessThanOrEqual(exact * 0.01);
    }
  });

  it.each(percentiles)('gives p%i within 1 % of the two calls around the published figure', async (percent) => {
    const found = await rows(`latency_p${String(percent)}`);
    const published = readCsv(publishedFile);
    expect(published).toHaveLength(8);
    for (const figures of published) {
      const isMeant = (group: Record<string, unknown>) =>
        group['provider'] === figures['provider'] && group['model_name'] === figures['model_name'];
      const durations = groups.find((group) => isMeant({ ...group }))?.durations ?? [];
      expect(durations).toHaveLength(Number(figures['requests']));
      // Theirs lies between these two, at (n − 1)·q; durations in the file are rounded to whole ms.
      const position = Math.floor(((durations.length - 1) * percent) / 100);
      const [lower = Number.NaN, upper = Number.NaN] = durations.slice(position, position + 2);
      expect(Number(figures[`p${String(percent)}_ms`])).toBeGreaterThanOrEqual(lower - 0.5);
      expect(Number(figures[`p${String(percent)}_ms`])).toBeLessThanOrEqual(upper + 0.5);
      const value = Number(found.find(isMeant)?.[`latency_p${String(percent)}`]);
      expect(value).toBeGreaterThanOrEqual(lower * 0.99);
      expect(value).toBeLessThanOrEqual(upper * 1.01);
    }
  });

  it('gives the exact minimum and maximum', async () => {
    expect(await rows('latency_min', 'latency_max')).toEqual(
      groups
        .filter(({ durations }) => durations.length > 0)
        .map((group) => ({ ...labels(group), latency_min: group.durations[0], latency_max: group.durations.at(-1) }))
    );
  });

  it('leaves out calls without a duration or cost, and counts them', async () => {
    const { notices } = await ask('latency_avg', 'cost', 'tokens');
    expect(notices.map(({ text }) => text)).toEqual([
      'Latency average: 8819 calls without a value left out.',
      'Cost: 8819 calls without a value left out.',
    ]);
    const counts = await rows(
      'null_latency_requests',
      'null_tokens_requests',
      'unpriced_requests',
      'unfinished_requests'
    );
    expect(counts.filter(({ provider }) => provider === 'azure')).toEqual([
      {
        provider: 'azure',
        model_name: 'llm-code',
        null_latency_requests: 8819,
        null_tokens_requests: 0,
        unpriced_requests: 8819,
        unfinished_requests: 8819,
      },
    ]);
    expect(counts.filter(({ provider }) => provider !== 'azure').map((row) => row['null_latency_requests'])).toEqual(
      Array.from({ length: 8 }, () => 0)
    );
  });
}

if (missing.length === 0) {
  describeOnEngines('real calls', suite);
} else {
  describe.skip(`real calls NOT RUN: there is no ${missing.join(', ')}`, () => {
    it('gives the counts, sums and percentiles of the files');
  });
}
