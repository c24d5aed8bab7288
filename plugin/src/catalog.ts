import { isRecord } from './is-record';
import {
  type FilterOperator,
  type ParameterName,
  type QueryComparison,
  type QueryFill,
  type QueryKind,
  type QueryShape,
} from './query-model';

/** What the proxy can answer: the editor offers this and nothing else. */
export interface Catalog {
  schemaVersion: number;
  currency: string;
  kinds: Array<{ name: QueryKind; label: string; description: string }>;
  metrics: CatalogMetric[];
  /** What the kind `events` can find. */
  events: CatalogEvent[];
  /** What a query may be grouped by. */
  dimensions: CatalogDimension[];
  filters: CatalogFilter[];
  intervals: string[];
  fills: QueryFill[];
  shapes: QueryShape[];
  comparisons: Array<{ name: QueryComparison; label: string }>;
  parameters: CatalogParameter[];
  /** What single calls may be put in the order of. */
  orders: Array<{ name: string; label: string }>;
  limits: CatalogLimits;
}

export interface CatalogMetric {
  name: string;
  label: string;
  group: string;
  description: string;
  /** How it is computed. */
  formula: string;
  /** What is left out and why; empty where nothing is. */
  leftOut: string;
  /** A Grafana unit id. */
  unit: string;
  kinds: QueryKind[];
  /** Is its difference from an earlier time a number with a meaning? */
  comparable: boolean;
  /** The parameters that it reads. */
  parameters: ParameterName[];
}

export interface CatalogEvent {
  name: string;
  label: string;
  description: string;
  parameters: ParameterName[];
}

export interface CatalogDimension {
  name: string;
  label: string;
  description?: string;
  /** Whether it has too many values to show all of them. */
  needsTop: boolean;
}

export interface CatalogFilter {
  key: string;
  label: string;
  type: 'text' | 'number';
  operators: FilterOperator[];
  /** Whether the proxy lists this key's values. */
  suggest: boolean;
}

export interface CatalogParameter {
  name: ParameterName;
  label: string;
  description: string;
  /** A Grafana unit id. */
  unit: string;
  /** What is taken where a query has none; null where it has to have one. */
  default: number | null;
}

export interface CatalogLimits {
  metrics: number;
  groupBy: number;
  filters: number;
  filterValues: number;
  /** The most groups that a query may ask for by rank. */
  top: number;
}

// What every version of the proxy lists, and what the first one did not yet.
const FIRST_LISTS = ['kinds', 'metrics', 'dimensions', 'filters', 'intervals', 'fills', 'shapes'] as const;
const LISTS = [...FIRST_LISTS, 'events', 'comparisons', 'parameters', 'orders'] as const;
const LIMITS = ['metrics', 'groupBy', 'filters', 'filterValues', 'top'] as const;

/**
 * Reads the body of `GET /catalog`. Throws when it is none, as when another program answers at the proxy's address, and
 * when it lacks what this editor needs, as that of an older proxy does.
 */
export function readCatalog(body: unknown): Catalog {
  const catalog = isRecord(body) ? body.data : undefined;
  if (!isRecord(catalog) || !hasLists(catalog, FIRST_LISTS)) {
    throw new Error('The answer is not a catalog of metrics: does the address lead to the AI Metrics proxy?');
  }
  if (!isCatalog(catalog)) {
    throw new Error('The AI Metrics proxy is older than this plugin: update the proxy to the version of the plugin.');
  }
  return catalog;
}

function isCatalog(catalog: unknown): catalog is Catalog {
  if (!isRecord(catalog) || !hasLists(catalog, LISTS)) {
    return false;
  }
  const { limits } = catalog;
  return isRecord(limits) && LIMITS.every((key) => typeof limits[key] === 'number');
}

function hasLists(catalog: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => Array.isArray(catalog[name]));
}
