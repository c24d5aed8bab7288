import { readCatalog } from './catalog';
import { catalog } from './testing/catalog';

describe('readCatalog', () => {
  it('takes the catalog out of the answer', () => {
    expect(readCatalog({ data: catalog, meta: { request_id: 'r' } })).toEqual(catalog);
  });

  it.each([undefined, null, 'OK', { status: 'success', data: [] }, { data: { kinds: [] } }])(
    'refuses the answer of another program: %p',
    (body) => {
      expect(() => readCatalog(body)).toThrow('does the address lead to the AI Metrics proxy?');
    }
  );

  it.each(['events', 'comparisons', 'parameters', 'orders', 'limits'])(
    'refuses a proxy without %s as too old',
    (key) => {
      expect(() => readCatalog({ data: { ...catalog, [key]: undefined } })).toThrow('older than this plugin');
    }
  );

  it('refuses a proxy without a limit as too old', () => {
    const limits = { ...catalog.limits, top: undefined };
    expect(() => readCatalog({ data: { ...catalog, limits } })).toThrow('older than this plugin');
  });
});
