import { type Catalog } from '../../catalog';
import { type QueryModel } from '../../query-model';

/** What every part of the query editor gets: it shows its fields of the query, and hands back those it changes. */
export interface FieldProps {
  catalog: Catalog;
  query: QueryModel;
  onChange: (changes: Partial<QueryModel>) => void;
}

/** Width of the labels in the editor's first column, in units of 8 pixels. */
export const LABEL_WIDTH = 14;
