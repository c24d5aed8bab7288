import { describe, expect, it } from 'vitest';
import { createTokens } from '../../src/auth/token.ts';
import { createCursors, type Cursor } from '../../src/query/calls/cursor.ts';
import { querySchema } from '../../src/query/model/schema.ts';
import { createSigner } from '../../src/signer.ts';
import { refusalOf } from './refusal.ts';

const secret = 'the first secret of these tests, long';
const otherSecret = 'the other secret of these tests, long';
const cursors = createCursors([secret]);
const cursor: Cursor = {
  question: 'q'.repeat(43),
  from: 1_777_593_600_000,
  to: 1_777_680_000_000,
  value: '2026-05-01 12:00:00.123456',
  id: '18446744073709551615',
};
const refused = 'invalid_request: cursor: is not one that this query got: leave it out to start anew';

describe('createCursors', () => {
  it.each([
    cursor,
    { ...cursor, value: null, id: 7 },
    { ...cursor, value: 0.1 + 0.2 },
    { ...cursor, value: 5e-324 },
    { ...cursor, value: '-12345678901234567.12345678' },
  ])('reads what it wrote, to the last digit: %j', async (written) => {
    expect(await cursors.read(await cursors.write(written))).toEqual(written);
  });

  it('writes no more than a query may hold', async () => {
    const longest = { ...cursor, value: `-${'9'.repeat(35)}.${'9'.repeat(30)}`, id: '中'.repeat(255) };
    const text = await cursors.write(longest);
    expect(querySchema.parse({ kind: 'calls', cursor: text }).cursor).toBe(text);
    expect(await cursors.read(text)).toEqual(longest);
  });

  it('writes with the first secret and reads with all: rotation', async () => {
    const old = await cursors.write(cursor);
    const rotated = createCursors([otherSecret, secret]);
    expect(await rotated.read(old)).toEqual(cursor);
    expect(await refusalOf(cursors.read(await rotated.write(cursor)))).toBe(refused);
    expect(await refusalOf(createCursors([otherSecret]).read(old))).toBe(refused);
  });

  it('refuses one that was cut, at any place (E82)', async () => {
    const text = await cursors.write(cursor);
    for (let length = 0; length < text.length; length += 1) {
      expect(await refusalOf(cursors.read(text.slice(0, length)))).toBe(refused);
    }
  });

  it('refuses one in which any character was changed, or that was added to (E82)', async () => {
    const text = await cursors.write(cursor);
    for (let index = 0; index < text.length; index += 1) {
      const changed = text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);
      expect(await refusalOf(cursors.read(changed)), changed).toBe(refused);
    }
    for (const added of [`${text}A`, `${text}=`, `${text}\n`, ` ${text}`, `${text}.${text}`]) {
      expect(await refusalOf(cursors.read(added))).toBe(refused);
    }
  });

  it.each(['', 'abc', '..', 'a.b.c', '{}', '0', "' OR 1=1 -- ", '\0', '😀', 'a'.repeat(1_000_000)])(
    'refuses what is none',
    async (text) => {
      expect(await refusalOf(cursors.read(text))).toBe(refused);
    }
  );

  it('refuses what the same secret signed for another use', async () => {
    const token = await createTokens([secret]).sign({ sub: '7', sid: 'A'.repeat(43), iat: 1, exp: 2 });
    expect(await refusalOf(cursors.read(token))).toBe(refused);
    const elsewhere = createSigner([secret], {
      keyPurpose: 'something else',
      type: 'ai-metrics-cursor',
      maxLength: 1024,
    });
    expect(await refusalOf(cursors.read(await elsewhere.sign(cursor)))).toBe(refused);
    expect(await createTokens([secret]).verify(await cursors.write(cursor))).toBeNull();
  });

  it('refuses what it signed but would not write', async () => {
    const signer = createSigner([secret], {
      keyPurpose: 'ai-metrics cursor HS256',
      type: 'ai-metrics-cursor',
      maxLength: 1024,
    });
    expect(await cursors.read(await signer.sign(cursor))).toEqual(cursor);
    for (const wrong of [{ ...cursor, id: undefined }, { ...cursor, from: '0' }, { ...cursor, more: 1 }, {}]) {
      expect(await refusalOf(cursors.read(await signer.sign(wrong)))).toBe(refused);
    }
  });
});
