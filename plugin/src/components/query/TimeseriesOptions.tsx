import { Stack } from '@grafana/ui';
import React from 'react';
import { type QueryFill } from '../../query-model';
import { CompareFields } from './CompareFields';
import { type PartProps } from './field-props';
import { IntervalField } from './IntervalField';
import { LegendField } from './LegendField';
import { MinRequestsField } from './MinRequestsField';
import { RadioField } from './RadioField';
import { TimezoneField } from './TimezoneField';

const FILL_LABELS: Record<QueryFill, string> = { none: 'Leave out', zero: 'Zero' };

/** What only a course over time has. */
export function TimeseriesOptions(props: PartProps) {
  const { catalog, query, onChange } = props;
  return (
    <>
      <CompareFields {...props} />
      <Stack direction="row" gap={0} wrap="wrap">
        <IntervalField {...props} />
        <TimezoneField {...props} />
        <RadioField
          label="Empty intervals"
          tooltip="Zero fills in what is truly zero without calls, such as cost, tokens and requests; never a latency or a ratio."
          options={catalog.fills.map((value) => ({ value, label: FILL_LABELS[value] ?? value }))}
          value={query.fill ?? 'none'}
          onChange={(fill) => onChange({ fill })}
        />
        <MinRequestsField {...props} />
        <LegendField {...props} />
      </Stack>
    </>
  );
}
