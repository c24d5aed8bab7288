import { alertingWarnings } from './alerting-warnings';

describe('alertingWarnings', () => {
  it('warns of the automatic interval, also when it is not written down', () => {
    expect(alertingWarnings({ metrics: ['cost'] })).toEqual([expect.stringContaining('“auto”')]);
  });

  it('warns of a table with several metrics', () => {
    expect(alertingWarnings({ kind: 'summary', metrics: ['cost', 'requests'] })).toEqual([
      expect.stringContaining('“Numbers”'),
    ]);
  });

  it('names template variables', () => {
    const filters = [{ key: 'provider', operator: '=' as const, values: ['$provider'] }];
    expect(alertingWarnings({ kind: 'summary', metrics: ['cost'], filters, timezone: '$__timezone' })).toEqual([
      expect.stringContaining('$provider, $__timezone'),
    ]);
  });

  it('warns of a filter without a value', () => {
    const filters = [{ key: 'provider', operator: '=' as const, values: [] }];
    expect(alertingWarnings({ kind: 'summary', metrics: ['cost'], filters })).toEqual([
      expect.stringContaining('without a value'),
    ]);
  });

  it('is content with a fixed interval, one metric, or numbers', () => {
    expect(alertingWarnings({ metrics: ['cost', 'requests'], interval: '1h' })).toEqual([]);
    expect(alertingWarnings({ kind: 'summary', metrics: ['cost'] })).toEqual([]);
    expect(alertingWarnings({ kind: 'summary', metrics: ['cost', 'requests'], shape: 'numbers' })).toEqual([]);
  });
});
