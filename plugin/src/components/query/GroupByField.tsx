import React from 'react';
import { type Catalog } from '../../catalog';
import { type PartProps } from './field-props';
import { LimitedMultiSelect } from './LimitedMultiSelect';
import { variableOptions } from './variable-options';

/** What the answer is split by. */
export function GroupByField({ catalog, datasource, query, onChange }: PartProps) {
  const { groupBy = [], top } = query;
  const tooMany = top ? undefined : catalog.dimensions.find(({ name, needsTop }) => needsTop && groupBy.includes(name));
  return (
    <LimitedMultiSelect
      label="Group by"
      tooltip="One series or row for each value of these dimensions. Without any: everything together."
      placeholder="Everything together"
      noun="dimensions"
      limit={catalog.limits.groupBy}
      options={[...dimensionOptions(catalog), ...variableOptions(datasource)]}
      value={groupBy}
      onChange={(groupBy) => onChange({ groupBy })}
      error={tooMany && `${tooMany.label} has too many values to show all: choose “The biggest”`}
    />
  );
}

function dimensionOptions({ dimensions }: Catalog) {
  return dimensions.map(({ name, label, description = '', needsTop }) => {
    const text = needsTop ? `${description} Shows the biggest only.`.trim() : description;
    return { value: name, label, ...(text && { description: text }) };
  });
}
