import { type ComboboxOption, InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { MultiChoice } from '../MultiChoice';
import { LABEL_WIDTH } from './field-props';

interface Props {
  label: string;
  tooltip: string;
  placeholder: string;
  /** What is chosen, in the plural. */
  noun: string;
  /** The most that may be chosen. */
  limit: number;
  options: ComboboxOption[];
  value: string[];
  onChange: (value: string[]) => void;
}

/** Several of a list, up to a limit; at the limit, the list offers only to take away. */
export function LimitedMultiSelect({ label, tooltip, placeholder, noun, limit, options, value, onChange }: Props) {
  const id = useId();
  const unknown = value.filter((name) => !options.some((option) => option.value === name));
  return (
    <InlineField
      label={label}
      labelWidth={LABEL_WIDTH}
      tooltip={tooltip}
      grow
      shrink
      invalid={unknown.length > 0}
      error={`Not in the proxy's catalog: ${unknown.join(', ')}`}
    >
      <MultiChoice
        id={id}
        placeholder={placeholder}
        options={value.length < limit ? options : onlyChosen(options, value, `At most ${limit} ${noun}`)}
        value={value}
        onChange={onChange}
      />
    </InlineField>
  );
}

function onlyChosen(options: ComboboxOption[], value: string[], hint: string): ComboboxOption[] {
  return [
    ...options.filter((option) => value.includes(option.value)),
    { value: '__limit', label: hint, infoOption: true },
  ];
}
