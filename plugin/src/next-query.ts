import { type Catalog } from './catalog';
import { hasField, kindOf } from './kind-fields';
import { orderColumns } from './order-columns';
import { neededParameters } from './parameters';
import { type QueryKind, type QueryModel, type QueryTop } from './query-model';
import { FIELDS } from './readable-query';

const DEFAULT_TOP = 5;

/**
 * A query after a change, with what follows from it. Only what the change itself made meaningless goes: what was odd
 * before stays as it was saved.
 */
export function nextQuery(before: QueryModel, changes: Partial<QueryModel>, catalog: Catalog): QueryModel {
  const changed = { ...before, ...changes };
  const after = kindOf(changed) === kindOf(before) ? changed : ofOtherKind(changed, catalog);
  const ranked = withField(after, 'top', nextTop(before, after, catalog));
  const parted = withField(ranked, 'period', nextPeriod(before, ranked));
  const ordered = withField(parted, 'order', nextOrder(before, parted, catalog));
  return withField(ordered, 'parameters', nextParameters(before, ordered, catalog));
}

/** Ranked groups as they are first shown: the five biggest by the first metric, and the rest. */
export function defaultTop({ metrics = [] }: QueryModel, catalog: Catalog): QueryTop {
  return { limit: DEFAULT_TOP, by: metrics[0] ?? catalog.metrics[0]?.name ?? '', other: true };
}

/** Only with a key that says something new: under a key that is not here, something may be saved that can't be read. */
function withField<Field extends keyof QueryModel>(
  query: QueryModel,
  field: Field,
  value: QueryModel[Field]
): QueryModel {
  return query[field] === value ? query : { ...query, [field]: value };
}

/** Keeps what both kinds have. */
function ofOtherKind(query: QueryModel, catalog: Catalog): QueryModel {
  const kind = kindOf(query);
  const foreign = FIELDS.filter((field) => !hasField(kind, field));
  return {
    ...query,
    ...(hasField(kind, 'metrics') && { metrics: metricsOfKind(query.metrics ?? [], kind, catalog) }),
    ...Object.fromEntries(foreign.map((field) => [field, undefined])),
  };
}

/** Never none: an editor that shows nothing does not say what it can do. */
function metricsOfKind(metrics: string[], kind: QueryKind, catalog: Catalog): string[] {
  const offered = kind === 'events' ? catalog.events : catalog.metrics.filter((metric) => metric.kinds.includes(kind));
  const names = offered.map(({ name }) => name);
  const foreign = [...catalog.metrics, ...catalog.events].map(({ name }) => name);
  // Unknown ones stay: what the proxy says about them is clearer than that they vanish.
  const kept = metrics.filter((name) => names.includes(name) || !foreign.includes(name));
  const all = kept.length > 0 ? kept : names.slice(0, 1);
  return kind === 'heatmap' ? all.slice(0, 1) : all;
}

function nextTop(before: QueryModel, after: QueryModel, catalog: Catalog): QueryTop | undefined {
  const { top, metrics = [], groupBy = [] } = after;
  if (groupBy.length === 0 && before.groupBy?.length) {
    return undefined;
  }
  const added = groupBy.filter((name) => !before.groupBy?.includes(name));
  if (!top) {
    return added.some((name) => needsTop(name, catalog)) ? defaultTop(after, catalog) : undefined;
  }
  const [first] = metrics;
  const lost = before.metrics?.includes(top.by) && !metrics.includes(top.by);
  return lost && first !== undefined ? { ...top, by: first } : top;
}

function nextPeriod(before: QueryModel, after: QueryModel): QueryModel['period'] {
  return compares(before) && !compares(after) ? undefined : after.period;
}

function compares({ compare = 'none' }: QueryModel): boolean {
  return compare !== 'none';
}

function needsTop(dimension: string, catalog: Catalog): boolean {
  return catalog.dimensions.some(({ name, needsTop }) => name === dimension && needsTop);
}

function nextOrder(before: QueryModel, after: QueryModel, catalog: Catalog): QueryModel['order'] {
  const { order } = after;
  const has = (query: QueryModel) => orderColumns(query, catalog).some(({ name }) => name === order?.by);
  return has(before) && !has(after) ? undefined : order;
}

function nextParameters(before: QueryModel, after: QueryModel, catalog: Catalog): QueryModel['parameters'] {
  const { parameters } = after;
  if (!parameters) {
    return undefined;
  }
  const names = (query: QueryModel) => neededParameters(query, catalog).map(({ name }) => name);
  const needed = names(after);
  const lost = names(before).filter((name) => !needed.includes(name));
  const kept = Object.entries(parameters).filter(([name]) => !lost.some((each) => each === name));
  if (lost.length === 0) {
    return parameters;
  }
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
