import { hasVariable, ianaZone, interpolateFilters, interpolateSearch, interpolateZone } from './interpolation';
import { type QueryFilter } from './query-model';
import { templateSrv } from './testing/template-srv';

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

describe('interpolateFilters', () => {
  const variables = templateSrv({
    one: { value: 'openai' },
    several: { value: ['openai', 'azure, EU'] },
    all: { value: ['$__all'], options: ['openai', 'azure'] },
    allAsText: { value: '$__all', options: ['openai', 'azure'] },
    customAll: { value: '$__all', options: ['openai', 'azure'], allValue: 'open' },
    everyOne: { value: ['openai', 'azure'], options: ['openai', 'azure'] },
    empty: { value: '' },
    none: { value: [] },
    version: { value: ['4', '5'] },
  });
  const filter = (operator: QueryFilter['operator'], ...values: Array<string | number>): QueryFilter => ({
    key: 'provider',
    operator,
    values,
  });
  const interpolate = (...filters: QueryFilter[]) => interpolateFilters(filters, variables, {});

  it('keeps values without variables', () => {
    expect(interpolate(filter('=', 'a|b'), filter('>', 0.5))).toEqual([filter('=', 'a|b'), filter('>', '0.5')]);
  });

  it('puts in the value of a variable', () => {
    expect(interpolate(filter('=', '$one'), filter('contains', '[[one]]'))).toEqual([
      filter('=', 'openai'),
      filter('contains', 'openai'),
    ]);
  });

  it('makes a list of several values, commas untouched', () => {
    expect(interpolate(filter('in', '$several'))).toEqual([filter('in', 'openai', 'azure, EU')]);
  });

  it('turns = and != into their lists when there are several values', () => {
    expect(interpolate(filter('=', '$several'), filter('!=', '${several}'))).toEqual([
      filter('in', 'openai', 'azure, EU'),
      filter('not in', 'openai', 'azure, EU'),
    ]);
  });

  it('leaves out a filter whose variable stands on All', () => {
    expect(interpolate(filter('=', '$all'), filter('in', '$allAsText', 'x'), filter('contains', '$all'))).toEqual([]);
  });

  it('keeps every value when each was chosen', () => {
    expect(interpolate(filter('in', '$everyOne'))).toEqual([filter('in', 'openai', 'azure')]);
  });

  it('excludes every value when an excluding filter stands on All', () => {
    expect(interpolate(filter('!=', '$all'))).toEqual([filter('not in', 'openai', 'azure')]);
  });

  it("uses the author's own text for All", () => {
    expect(interpolate(filter('starts with', '$customAll'))).toEqual([filter('starts with', 'open')]);
  });

  it('leaves out a filter without any value', () => {
    expect(interpolate(filter('='), filter('=', '$empty'), filter('in', '$none'))).toEqual([]);
  });

  it('says a text once per value of the variable inside of it', () => {
    expect(interpolate(filter('in', 'gpt-$version', 'gpt-${version}-$version'))).toEqual([
      filter('in', 'gpt-4', 'gpt-5', 'gpt-4-4', 'gpt-4-5', 'gpt-5-4', 'gpt-5-5'),
    ]);
  });

  it('names a value once', () => {
    expect(interpolate(filter('in', '$one', 'openai', '$several'))).toEqual([filter('in', 'openai', 'azure, EU')]);
  });

  it('prefers the value of a repeated panel to All', () => {
    const scopedVars = { all: { text: 'azure', value: 'azure' } };
    expect(interpolateFilters([filter('=', '$all')], variables, scopedVars)).toEqual([filter('=', 'azure')]);
  });

  it('leaves an unknown variable to the proxy, which names it', () => {
    expect(interpolate(filter('=', '$unknown'))).toEqual([filter('=', '$unknown')]);
  });
});

describe('interpolateSearch', () => {
  it('takes what is typed into the list of the variable', () => {
    const scopedVars = { __searchFilter: { text: 'gpt', value: 'gpt' } };
    expect(interpolateSearch('$__searchFilter', templateSrv(), scopedVars)).toBe('gpt');
  });

  it('is empty while nothing is typed', () => {
    expect(interpolateSearch('${__searchFilter}', templateSrv(), {})).toBe('');
    expect(interpolateSearch(undefined, templateSrv(), {})).toBe('');
  });
});

describe('interpolateZone', () => {
  it('puts in a variable', () => {
    expect(interpolateZone('$zone', templateSrv({ zone: { value: 'Asia/Kathmandu' } }), {})).toBe('Asia/Kathmandu');
  });

  it("takes the dashboard's zone and gives it its IANA name", () => {
    const scopedVars = { __timezone: { text: 'utc', value: 'utc' } };
    expect(interpolateZone('$__timezone', templateSrv(), scopedVars)).toBe('UTC');
  });

  it('is absent without a zone', () => {
    expect(interpolateZone(undefined, templateSrv(), {})).toBeUndefined();
    expect(interpolateZone('', templateSrv(), {})).toBeUndefined();
  });
});

describe('ianaZone', () => {
  it.each([
    ['browser', browserZone],
    ['$__timezone', browserZone],
    ['utc', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
  ])('names %s %s', (zone, name) => {
    expect(ianaZone(zone)).toBe(name);
  });
});

describe('hasVariable', () => {
  it.each(['$provider', '${provider:csv}', '[[provider]]', 'gpt-$version'])('sees the variable in %s', (text) => {
    expect(hasVariable(text)).toBe(true);
  });

  it.each(['gpt-4', 'costs 5$', '{{provider}}'])('sees none in %s', (text) => {
    expect(hasVariable(text)).toBe(false);
  });
});
