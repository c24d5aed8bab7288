import React from 'react';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { TimezoneField } from './TimezoneField';

/** What only events have. */
export function EventsOptions(props: PartProps) {
  return <TimezoneField {...props} labelWidth={LABEL_WIDTH} />;
}
