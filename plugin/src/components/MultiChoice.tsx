import { type ComboboxOption, MultiCombobox } from '@grafana/ui';
import React from 'react';
import { Fit } from './Fit';
import { useSayOnce } from './useSayOnce';

interface Props {
  id: string;
  /** Without it the whole width is taken. */
  width?: number;
  options: ComboboxOption[] | ((search: string) => Promise<ComboboxOption[]>);
  /** How the chosen are called, where that is not as the list calls them. */
  labelOf?: (value: string) => string;
  value: string[];
  onChange: (value: string[]) => void;
  placeholder?: string;
  createCustomValue?: boolean;
  customValueDescription?: string;
  // Handed down by the field around it.
  disabled?: boolean;
  invalid?: boolean;
}

/** Several of a list, in the order in which they were chosen. */
export function MultiChoice({ width, options, labelOf, value, onChange, ...comboboxProps }: Props) {
  const say = useSayOnce(value, onChange);
  return (
    <Fit width={width}>
      <MultiCombobox
        {...comboboxProps}
        isClearable
        options={options}
        // Of a list, the combobox finds the labels itself.
        value={
          Array.isArray(options) && !labelOf ? value : value.map((each) => ({ value: each, label: labelOf?.(each) }))
        }
        onChange={(chosen) => say(chosen.map((option) => option.value))}
      />
    </Fit>
  );
}
