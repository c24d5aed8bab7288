import { type Catalog } from '../../catalog';
import { type AiMetricsDataSource } from '../../datasource';
import { type QueryModel } from '../../query-model';

/** What every part of the query editor gets: it shows its fields of the query, and hands back those it changes. */
export interface FieldProps {
  catalog: Catalog;
  query: QueryModel;
  onChange: (changes: Partial<QueryModel>) => void;
}

/** What a part of the editor gets that also offers the dashboard's variables, or the data source's settings. */
export interface PartProps extends FieldProps {
  datasource: AiMetricsDataSource;
}

/** Width of the labels in the editor's first column, in units of 8 pixels. */
export const LABEL_WIDTH = 14;
