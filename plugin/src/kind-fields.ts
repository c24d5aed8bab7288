import { type QueryKind, type QueryModel } from './query-model';

type Field = keyof QueryModel;

/** What every query has, whatever it asks for. */
const COMMON: Field[] = ['schemaVersion', 'kind', 'filters'];

const OWN: Record<QueryKind, Field[]> = {
  timeseries: [
    'metrics',
    'groupBy',
    'top',
    'compare',
    'interval',
    'timezone',
    'fill',
    'minRequests',
    'legend',
    'parameters',
  ],
  summary: [
    'metrics',
    'groupBy',
    'top',
    'compare',
    'period',
    'order',
    'limit',
    'shape',
    'timezone',
    'minRequests',
    'legend',
    'parameters',
  ],
  heatmap: ['metrics', 'interval', 'timezone'],
  calls: ['order', 'limit', 'cursor'],
  events: ['metrics', 'timezone', 'parameters'],
};

/** The kind that is asked for; that of a query with an unknown one is the default. */
export function kindOf({ kind }: QueryModel): QueryKind {
  return kind !== undefined && Object.hasOwn(OWN, kind) ? kind : 'timeseries';
}

/** Whether queries of a kind have a field. */
export function hasField(kind: QueryKind, field: Field): boolean {
  return COMMON.includes(field) || OWN[kind].includes(field);
}
