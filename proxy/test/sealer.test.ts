import { describe, expect, it } from 'vitest';
import { createSealer } from '../src/sealer.ts';

const secret = 'a secret for tests that is long enough';

describe('createSealer', () => {
  it('opens what it sealed, and shows nothing of it', async () => {
    const sealer = createSealer([secret], 'tests');
    const sealed = await sealer.seal('{"text":"多"}');
    expect(await sealer.open(sealed)).toBe('{"text":"多"}');
    expect(Buffer.from(sealed, 'base64url').toString()).not.toContain('text');
    expect(await sealer.seal('{"text":"多"}')).not.toBe(sealed);
  });

  it('seals with the first secret and opens with all: rotation', async () => {
    const old = await createSealer([secret], 'tests').seal('a');
    const both = createSealer(['another secret that is long enough', secret], 'tests');
    expect(await both.open(old)).toBe('a');
    expect(await createSealer([secret], 'tests').open(await both.seal('b'))).toBeNull();
  });

  it('opens nothing of another secret or use, and nothing that was changed', async () => {
    const sealer = createSealer([secret], 'tests');
    const sealed = await sealer.seal('a');
    expect(await createSealer(['another secret that is long enough'], 'tests').open(sealed)).toBeNull();
    expect(await createSealer([secret], 'other tests').open(sealed)).toBeNull();
    const parts = sealed.split('.');
    for (const index of parts.keys()) {
      const changed = parts.with(index, `${parts[index] ?? ''}A`).join('.');
      expect(await sealer.open(changed), changed).toBeNull();
    }
    expect(await sealer.open('')).toBeNull();
    expect(await sealer.open('a.b.c')).toBeNull();
  });

  it('needs a secret', () => {
    expect(() => createSealer([], 'tests')).toThrow('Sealing needs at least one secret');
  });
});
