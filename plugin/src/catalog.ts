import { isRecord } from './is-record';
import { type FilterOperator, type QueryFill, type QueryKind, type QueryShape } from './query-model';

/** What the proxy can answer: the editor offers this and nothing else. */
export interface Catalog {
  schemaVersion: number;
  currency: string;
  kinds: Array<{ name: QueryKind; label: string }>;
  metrics: CatalogMetric[];
  /** What a query may be grouped by. */
  dimensions: Array<{ name: string; label: string; description?: string }>;
  filters: CatalogFilter[];
  intervals: string[];
  fills: QueryFill[];
  shapes: QueryShape[];
  limits: CatalogLimits;
}

export interface CatalogMetric {
  name: string;
  label: string;
  group: string;
  description: string;
  unit: string;
  kinds: QueryKind[];
}

export interface CatalogFilter {
  key: string;
  label: string;
  type: 'text' | 'number';
  operators: FilterOperator[];
  /** Whether the proxy lists this key's values. */
  suggest: boolean;
}

export interface CatalogLimits {
  metrics: number;
  groupBy: number;
  filters: number;
  filterValues: number;
}

const LISTS = ['kinds', 'metrics', 'dimensions', 'filters', 'intervals', 'fills', 'shapes'] as const;
const LIMITS = ['metrics', 'groupBy', 'filters', 'filterValues'] as const;

/** Reads the body of `GET /catalog`. Throws when it is none, as when another program answers at the proxy's address. */
export function readCatalog(body: unknown): Catalog {
  const catalog = isRecord(body) ? body.data : undefined;
  if (!isCatalog(catalog)) {
    throw new Error('The answer is not a catalog of metrics: does the address lead to the AI Metrics proxy?');
  }
  return catalog;
}

function isCatalog(value: unknown): value is Catalog {
  if (!isRecord(value)) {
    return false;
  }
  const { limits } = value;
  return (
    LISTS.every((key) => Array.isArray(value[key])) &&
    isRecord(limits) &&
    LIMITS.every((key) => typeof limits[key] === 'number')
  );
}
