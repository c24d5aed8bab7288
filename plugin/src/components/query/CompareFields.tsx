import { Stack } from '@grafana/ui';
import React, { useMemo } from 'react';
import { kindOf } from '../../kind-fields';
import { type QueryPeriod } from '../../query-model';
import { ChoiceField } from './ChoiceField';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { RadioField } from './RadioField';
import { variableOptions } from './variable-options';

// As `all`, for a radio button has to stand for something.
const PARTS: Array<{ value: QueryPeriod | 'all'; label: string }> = [
  { value: 'all', label: 'All' },
  { value: 'current', label: 'Value' },
  { value: 'previous', label: 'Earlier value' },
  { value: 'delta', label: 'Change' },
  { value: 'delta_ratio', label: 'Change in %' },
];

/** The earlier time range that the answer is held against, if it can be; of a summary also, what is answered of that. */
export function CompareFields({ catalog, datasource, query, onChange }: PartProps) {
  const options = useMemo(
    () => [...catalog.comparisons.map(({ name, label }) => ({ value: name, label })), ...variableOptions(datasource)],
    [catalog, datasource]
  );
  const { compare = 'none', period = 'all', metrics = [] } = query;
  const unfit = catalog.metrics.some(({ name, comparable }) => !comparable && metrics.includes(name));
  if (unfit && compare === 'none') {
    return null;
  }
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      <ChoiceField
        label="Compare"
        labelWidth={LABEL_WIDTH}
        width={28}
        tooltip="With the same time range earlier. A time series gets a second line for each, on the same time axis; a summary gets the earlier value and the change."
        options={options}
        value={compare}
        onChange={(compare) => onChange({ compare })}
      />
      {kindOf(query) === 'summary' && compare !== 'none' && (
        <RadioField<QueryPeriod | 'all'>
          label="Answer"
          tooltip="All columns of the comparison, or one of them: an alert rule wants one number for each group."
          options={PARTS}
          value={period}
          onChange={(part) => onChange({ period: part === 'all' ? undefined : part })}
        />
      )}
    </Stack>
  );
}
