import React, { useMemo } from 'react';
import { ChoiceField } from './ChoiceField';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { variableOptions } from './variable-options';

/** The width of a point in time. */
export function IntervalField({ catalog, datasource, query, onChange }: PartProps) {
  const options = useMemo(
    () => [...catalog.intervals.map((value) => ({ value })), ...variableOptions(datasource)],
    [catalog, datasource]
  );
  return (
    <ChoiceField
      label="Interval"
      labelWidth={LABEL_WIDTH}
      tooltip="How much time one point stands for. Auto: the smallest that fits the panel. Days, weeks (from Monday) and months begin at midnight of the time zone."
      free
      options={options}
      value={query.interval ?? 'auto'}
      onChange={(interval) => onChange({ interval })}
    />
  );
}
