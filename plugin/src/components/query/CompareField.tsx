import React, { useMemo } from 'react';
import { ChoiceField } from './ChoiceField';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { variableOptions } from './variable-options';

/** The earlier time range that the answer is held against. */
export function CompareField({ catalog, datasource, query, onChange }: PartProps) {
  const options = useMemo(
    () => [...catalog.comparisons.map(({ name, label }) => ({ value: name, label })), ...variableOptions(datasource)],
    [catalog, datasource]
  );
  return (
    <ChoiceField
      label="Compare with"
      labelWidth={LABEL_WIDTH}
      width={28}
      tooltip="The same time range earlier. A time series gets a second line for each, on the same time axis; a summary gets the previous value and the change."
      options={options}
      value={query.compare ?? 'none'}
      onChange={(compare) => onChange({ compare })}
    />
  );
}
