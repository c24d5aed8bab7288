import { describe, expect, it } from 'vitest';
import { aimCell, memoryNote } from '../../bench/report.ts';

describe('aimCell', () => {
  it('says nothing of a table that is too small', () => {
    expect([aimCell('≥ 2×', false, 9_999_999), aimCell('≥ 2×', true, 9_999_999)]).toEqual(['', '']);
  });

  it('says whether the aim is met', () => {
    expect([aimCell('≥ 2×', true, 10_000_000), aimCell('≥ 2×', false, 10_000_000)]).toEqual([
      '≥ 2× met',
      '≥ 2× MISSED',
    ]);
  });
});

describe('memoryNote', () => {
  it.each([
    [299_999_999, 'Memory of the proxy: at most 300 MB (aim: below 300 MB, met).'],
    [300_000_000, 'Memory of the proxy: at most 300 MB (aim: below 300 MB, MISSED).'],
    [212_400_000, 'Memory of the proxy: at most 212 MB (aim: below 300 MB, met).'],
  ])('of %d bytes', (bytes, note) => {
    expect(memoryNote(bytes)).toBe(note);
  });
});
