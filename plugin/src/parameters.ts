import { type Catalog, type CatalogParameter } from './catalog';
import { kindOf } from './kind-fields';
import { type QueryModel } from './query-model';

/** The parameters that the chosen metrics or events read; the metric of the rank is one of them. */
export function neededParameters(query: QueryModel, catalog: Catalog): CatalogParameter[] {
  const { metrics = [], top } = query;
  const entries = kindOf(query) === 'events' ? catalog.events : catalog.metrics;
  const read = entries
    .filter(({ name }) => metrics.includes(name) || name === top?.by)
    .flatMap(({ parameters }) => parameters);
  return catalog.parameters.filter(({ name }) => read.includes(name));
}
