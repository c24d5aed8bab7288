import { CoreApp } from '@grafana/data';
import { type AiMetricsQuery } from './types';

// As Grafana itself decides it (queryIsEmpty in public/app/core/utils/query.ts).
const GRAFANA_KEYS = ['refId', 'hide', 'key', 'queryType', 'datasource', 'label'];

/**
 * The query that Grafana runs for a saved one: a panel's query without any field of ours is run with the defaults, so
 * the editor has to show those. (Explore does not run such a query.)
 */
export function effectiveQuery(
  saved: AiMetricsQuery,
  defaults: Partial<AiMetricsQuery>,
  app: CoreApp | undefined
): AiMetricsQuery {
  const empty = Object.keys(saved).every((key) => GRAFANA_KEYS.includes(key));
  return empty && app !== CoreApp.Explore ? { ...defaults, ...saved } : saved;
}
