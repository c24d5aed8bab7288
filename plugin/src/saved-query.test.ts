import { CoreApp } from '@grafana/data';
import { effectiveQuery } from './saved-query';

describe('effectiveQuery', () => {
  const defaults = { kind: 'timeseries' as const, metrics: ['requests'] };
  const datasource = { uid: 'aitoys-ai-metrics' };

  it('is the default for a query of which only Grafana has written', () => {
    expect(effectiveQuery({ refId: 'A', hide: false, datasource }, defaults, CoreApp.PanelEditor)).toEqual({
      refId: 'A',
      hide: false,
      datasource,
      ...defaults,
    });
  });

  it('is what was saved as soon as anything was', () => {
    const saved = { refId: 'A', kind: 'summary' as const };
    expect(effectiveQuery(saved, defaults, CoreApp.PanelEditor)).toEqual(saved);
  });

  it('is nothing in Explore, which does not run it', () => {
    expect(effectiveQuery({ refId: 'A' }, defaults, CoreApp.Explore)).toEqual({ refId: 'A' });
  });
});
