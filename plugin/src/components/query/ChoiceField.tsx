import { type ComboboxOption, InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { Choice } from '../Choice';

interface Props {
  label: string;
  tooltip: string;
  labelWidth?: number;
  width?: number;
  /** Keep the list between renders. */
  options: ComboboxOption[];
  value: string;
  onChange: (value: string) => void;
}

/** One of a list, or a template variable. */
export function ChoiceField({ label, tooltip, labelWidth, width = 20, options, value, onChange }: Props) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip}>
      <Choice
        id={id}
        width={width}
        createCustomValue
        customValueDescription="A value of your own, for example a variable"
        options={options}
        value={value}
        onChange={onChange}
      />
    </InlineField>
  );
}
