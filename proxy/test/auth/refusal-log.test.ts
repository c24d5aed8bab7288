import { beforeEach, describe, expect, it } from 'vitest';
import { createRefusalLog, type LogRefusal, type Refusal } from '../../src/auth/refusal-log.ts';
import { createLogger } from '../../src/logger.ts';

let lines: Record<string, unknown>[];
let logRefusal: LogRefusal;
let now: number;

const refusal: Refusal = { reason: 'No', caller: 'viewer', user_id: '7', client: '192.0.2.1', request_id: 'a' };

beforeEach(() => {
  now = Date.UTC(2026, 5, 1);
  lines = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  logRefusal = createRefusalLog(createLogger('info', { write }), () => now);
});

describe('createRefusalLog', () => {
  it('says who was refused, by which request, once a minute', () => {
    logRefusal(refusal);
    logRefusal({ ...refusal, request_id: 'b' });
    expect(lines).toEqual([{ level: 40, time: expect.any(String) as string, event: 'access_refused', ...refusal }]);
    now += 60_001;
    logRefusal({ ...refusal, request_id: 'c' });
    expect(lines.map(({ request_id }) => request_id)).toEqual(['a', 'c']);
  });

  it('tells apart reasons, callers, users and addresses', () => {
    const others: Partial<Refusal>[] = [
      {},
      { reason: 'Never' },
      { caller: undefined },
      { user_id: '8' },
      { client: '192.0.2.2' },
    ];
    for (const other of [...others, ...others]) {
      logRefusal({ ...refusal, ...other });
    }
    expect(lines).toHaveLength(others.length);
  });
});
