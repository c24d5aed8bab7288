import { Stack } from '@grafana/ui';
import React from 'react';
import { type PartProps } from './field-props';
import { IntervalField } from './IntervalField';
import { TimezoneField } from './TimezoneField';

/** What only a heatmap has. */
export function HeatmapOptions(props: PartProps) {
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      <IntervalField {...props} />
      <TimezoneField {...props} />
    </Stack>
  );
}
