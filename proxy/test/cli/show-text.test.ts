import { describe, expect, it } from 'vitest';
import { formatTable } from '../../src/cli/format-table.ts';
import { showText } from '../../src/cli/show-text.ts';

describe('showText', () => {
  it.each([
    ['ann', 'ann'],
    ['Ann Ö', 'Ann Ö'],
    ['王伟', '王伟'],
    [null, 'NULL'],
    ['NULL', '"NULL"'],
    ['', '""'],
    ['ann ', '"ann "'],
    ['a  b', '"a  b"'],
    ['"ann"', '"\\"ann\\""'],
    ['a\nb', '"a\\nb"'],
    ['\u001b[2J', '"\\u001b[2J"'],
    ['a\u0085', '"a\\u0085"'],
    ['a\u200bb', '"a\\u200bb"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['a\u2028b', '"a\\u2028b"'],
    ['a\u00a0b', '"a\\u00a0b"'],
    ['a\u{e0041}', '"a\\u{e0041}"'],
    ['a\ud800', '"a\\ud800"'],
  ])('shows %j as %s', (text, shown) => {
    expect(showText(text)).toBe(shown);
  });
});

describe('formatTable', () => {
  it('aligns wide characters and accents that follow their letter', () => {
    expect(
      formatTable(
        ['name', 'type'],
        [
          ['王伟', 'a'],
          ['e\u0301', 'b'],
          ['ｱ12345', 'c'],
          ['', 'd'],
        ]
      )
    ).toBe('name    type\n王伟    a\ne\u0301       b\nｱ12345  c\n        d\n');
  });
});
