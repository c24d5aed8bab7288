import React from 'react';
import { type Catalog } from '../../catalog';
import { type QueryKind } from '../../query-model';
import { type FieldProps, LABEL_WIDTH } from './field-props';
import { RadioField } from './RadioField';

// A query of another kind can be written by hand or by a dashboard's file, but not here.
const EDITABLE: QueryKind[] = ['timeseries', 'summary'];

/** What the answer is: a course over time, or one figure per group. */
export function KindField({ catalog, query, onChange }: FieldProps) {
  const changeKind = (kind: QueryKind) => {
    const metrics = (query.metrics ?? []).filter((name) => offers(catalog, name, kind));
    onChange({ kind, metrics });
  };
  return (
    <RadioField
      label="Kind"
      labelWidth={LABEL_WIDTH}
      tooltip="Time series: a value per interval. Summary: one value for the whole time range, as a table or as single numbers."
      options={catalog.kinds
        .filter(({ name }) => EDITABLE.includes(name))
        .map(({ name, label }) => ({ value: name, label }))}
      value={query.kind ?? 'timeseries'}
      onChange={changeKind}
    />
  );
}

/** Unknown metrics stay: what the proxy says about them is clearer than that they vanish. */
function offers(catalog: Catalog, name: string, kind: QueryKind): boolean {
  const metric = catalog.metrics.find((each) => each.name === name);
  return !metric || metric.kinds.includes(kind);
}
