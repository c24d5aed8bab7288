import { type ComboboxOption } from '@grafana/ui';
import React from 'react';
import { type Catalog } from '../../catalog';
import { type QueryKind } from '../../query-model';
import { type FieldProps } from './field-props';
import { LimitedMultiSelect } from './LimitedMultiSelect';

/** The figures that are asked for. */
export function MetricsField({ catalog, query, onChange }: FieldProps) {
  return (
    <LimitedMultiSelect
      label="Metrics"
      tooltip="What to compute. Each metric says in the list what it counts and what it leaves out."
      placeholder="Choose one or more metrics"
      noun="metrics"
      limit={catalog.limits.metrics}
      options={metricOptions(catalog, query.kind ?? 'timeseries')}
      value={query.metrics ?? []}
      onChange={(metrics) => onChange({ metrics })}
    />
  );
}

function metricOptions(catalog: Catalog, kind: QueryKind): ComboboxOption[] {
  return catalog.metrics
    .filter((metric) => metric.kinds.includes(kind))
    .map(({ name, label, description, group }) => ({ value: name, label, description, group }));
}
