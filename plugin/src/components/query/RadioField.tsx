import { type SelectableValue } from '@grafana/data';
import { InlineField, RadioButtonGroup } from '@grafana/ui';
import React, { useId } from 'react';

interface Props<T> {
  label: string;
  tooltip: string;
  labelWidth?: number;
  options: Array<SelectableValue<T>>;
  value: T;
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function RadioField<T>({ label, tooltip, labelWidth, options, value, onChange }: Props<T>) {
  // Without an id of its own, the group makes new ones at every render, and loses the browser's focus with them.
  const id = useId();
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip} htmlFor="">
      <RadioButtonGroup id={id} aria-label={label} options={options} value={value} onChange={onChange} />
    </InlineField>
  );
}
