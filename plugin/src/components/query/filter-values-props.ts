import { type TimeRange } from '@grafana/data';
import { type CatalogFilter } from '../../catalog';
import { type AiMetricsDataSource } from '../../datasource';
import { type QueryFilter } from '../../query-model';

export interface FilterValuesProps {
  /** How the filter is called, for the name of its field. */
  name: string;
  /** What the catalog says about the filter's key. */
  known: CatalogFilter | undefined;
  /** The most values that a filter may have. */
  limit: number;
  datasource: AiMetricsDataSource;
  /** Where suggestions are looked for. */
  range?: TimeRange;
  filter: QueryFilter;
  /** Filters that narrow the suggestions: models of the chosen provider. */
  narrowedBy: QueryFilter[];
  onChange: (values: string[]) => void;
}
