import { groupFilters } from './group-filters';

describe('groupFilters', () => {
  const of =
    (labels: Record<string, string>) =>
    (dimension: string): string | undefined =>
      labels[dimension];

  it('asks for nothing where nothing is grouped', () => {
    expect(groupFilters([], of({}), [])).toEqual([]);
  });

  it('names each group, that without a name too', () => {
    expect(groupFilters(['provider', 'model_name'], of({ provider: 'openai', model_name: '(none)' }), [])).toEqual([
      { key: 'provider', operator: '=', values: ['openai'] },
      { key: 'model_name', operator: '=', values: ['(none)'] },
    ]);
  });

  it('excludes all others from the rest', () => {
    expect(groupFilters(['provider'], of({ provider: '(other)' }), ['openai', 'azure'])).toEqual([
      { key: 'provider', operator: 'not in', values: ['openai', 'azure'] },
    ]);
  });

  it('has none for the rest of two dimensions, and none without a group', () => {
    expect(groupFilters(['provider', 'model_name'], of({ provider: '(other)', model_name: '(other)' }), [])).toBe(
      undefined
    );
    expect(groupFilters(['provider'], of({}), [])).toBe(undefined);
  });
});
