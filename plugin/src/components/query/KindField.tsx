import React from 'react';
import { type FieldProps, LABEL_WIDTH } from './field-props';
import { RadioField } from './RadioField';

/** What the answer is: a course over time, one figure per group, single calls … */
export function KindField({ catalog, query, onChange }: FieldProps) {
  return (
    <RadioField
      label="Kind"
      labelWidth={LABEL_WIDTH}
      tooltip={catalog.kinds.map(({ label, description }) => `${label}: ${description}`).join(' ')}
      options={catalog.kinds.map(({ name, label, description }) => ({ value: name, label, description }))}
      value={query.kind ?? 'timeseries'}
      onChange={(kind) => onChange({ kind })}
    />
  );
}
