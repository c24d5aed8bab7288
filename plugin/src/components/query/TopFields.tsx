import { Stack } from '@grafana/ui';
import React, { useMemo } from 'react';
import { defaultTop } from '../../next-query';
import { type QueryTop } from '../../query-model';
import { ChoiceField } from './ChoiceField';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { metricOptions } from './metric-options';
import { RadioField } from './RadioField';
import { variableOptions } from './variable-options';
import { WholeNumberField } from './WholeNumberField';

/** How many of the groups are shown: all, or the biggest and the rest. */
export function TopFields({ catalog, datasource, query, onChange }: PartProps) {
  // The rank is over the whole time range, as a summary is.
  const options = useMemo(
    () => [...metricOptions(catalog, 'summary'), ...variableOptions(datasource)],
    [catalog, datasource]
  );
  const { groupBy = [], top } = query;
  if (groupBy.length === 0 && !top) {
    return null;
  }
  const needsTop = catalog.dimensions.some(({ name, needsTop }) => needsTop && groupBy.includes(name));
  const change = (changes: Partial<QueryTop>) => top && onChange({ top: { ...top, ...changes } });
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      <RadioField
        label="Show"
        labelWidth={LABEL_WIDTH}
        tooltip="All groups, or those that are highest over the whole time range, and the rest as one more group."
        options={[
          { value: 'all', label: 'All groups' },
          { value: 'biggest', label: 'The biggest' },
        ]}
        disabledOptions={needsTop ? ['all'] : []}
        value={top ? 'biggest' : 'all'}
        onChange={(shown) => onChange({ top: shown === 'all' ? undefined : defaultTop(query, catalog) })}
      />
      {top && (
        <>
          <WholeNumberField
            label="How many"
            tooltip={`The number of groups, at most ${catalog.limits.top}.`}
            free
            max={catalog.limits.top}
            value={top.limit}
            onChange={(limit) => limit !== undefined && change({ limit })}
          />
          <ChoiceField
            label="Ranked by"
            tooltip="The metric whose value over the whole time range decides, highest first."
            width={28}
            options={options}
            value={top.by}
            onChange={(by) => change({ by })}
          />
          <RadioField
            label="The rest"
            tooltip="As one more group called (other), so that everything together stays the total; or left out."
            options={[
              { value: true, label: 'As (other)' },
              { value: false, label: 'Left out' },
            ]}
            value={top.other ?? true}
            onChange={(other) => change({ other })}
          />
        </>
      )}
    </Stack>
  );
}
