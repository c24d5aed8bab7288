import { unitText } from './unit-text';

describe('unitText', () => {
  it.each([
    ['ms', 'milliseconds (ms)'],
    ['currencyUSD', 'Dollars ($)'],
    ['suffix: tok/s', 'tok/s'],
    ['currency:XAU ', 'XAU'],
    ['short', ''],
    ['none', ''],
  ])('says %s as "%s"', (unit, text) => {
    expect(unitText(unit)).toBe(text);
  });
});
