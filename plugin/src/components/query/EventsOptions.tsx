import { Stack } from '@grafana/ui';
import React from 'react';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { ParameterFields } from './ParameterFields';
import { TimezoneField } from './TimezoneField';

/** What only events have. */
export function EventsOptions(props: PartProps) {
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      <TimezoneField {...props} labelWidth={LABEL_WIDTH} />
      <ParameterFields {...props} />
    </Stack>
  );
}
