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
  value: string | null;
  onChange: (value: string) => void;
  /** Makes it possible to choose nothing. */
  onClear?: () => void;
  placeholder?: string;
  /** Takes a template variable, or another value that is not in the list. */
  free?: boolean;
}

/** One of a list. */
export function ChoiceField({ label, tooltip, labelWidth, width = 20, free, ...choiceProps }: Props) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip} shrink>
      <Choice
        id={id}
        width={width}
        createCustomValue={free}
        customValueDescription="A value of your own, for example a variable"
        {...choiceProps}
      />
    </InlineField>
  );
}
