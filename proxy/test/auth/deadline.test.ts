import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../src/auth/deadline.ts';

const late = { code: 'unavailable', message: 'The database did not answer in time', headers: { 'Retry-After': '5' } };

describe('withDeadline', () => {
  it('gives what the work gives, and throws what it throws', async () => {
    expect(await withDeadline(1000, () => Promise.resolve(1))).toBe(1);
    const failure = new Error('refused');
    await expect(withDeadline(1000, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('throws `unavailable` when the time is over, and ends the work', async () => {
    let given: AbortSignal | undefined;
    const never = withDeadline(1, (signal) => {
      given = signal;
      return new Promise(() => undefined);
    });
    await expect(never).rejects.toMatchObject(late);
    expect(given?.aborted).toBe(true);
  });

  it.each([3024, 1969, 1317])("throws the same when the server's own limit was first: %i", async (errno) => {
    const stopped = Object.assign(new Error('stopped'), { errno });
    await expect(withDeadline(1000, () => Promise.reject(stopped))).rejects.toMatchObject({ ...late, cause: stopped });
  });
});
