import React from 'react';
import { type FieldProps } from './field-props';
import { LimitedMultiSelect } from './LimitedMultiSelect';

/** What the answer is split by. */
export function GroupByField({ catalog, query, onChange }: FieldProps) {
  return (
    <LimitedMultiSelect
      label="Group by"
      tooltip="One series or row for each value of these dimensions. Without any: everything together."
      placeholder="Everything together"
      noun="dimensions"
      limit={catalog.limits.groupBy}
      options={catalog.dimensions.map(({ name, label, description }) => ({
        value: name,
        label,
        ...(description && { description }),
      }))}
      value={query.groupBy ?? []}
      onChange={(groupBy) => onChange({ groupBy })}
    />
  );
}
