import { filterParameter } from './filter-parameter';

describe('filterParameter', () => {
  it('joins key, operator and values', () => {
    expect(filterParameter({ key: 'provider', operator: 'not in', values: ['openai', 'azure:eu'] })).toBe(
      'provider:not in:openai|azure:eu'
    );
  });

  it('escapes what separates values', () => {
    expect(filterParameter({ key: 'model_name', operator: '=', values: ['a|b\\c'] })).toBe('model_name:=:a\\|b\\\\c');
  });
});
