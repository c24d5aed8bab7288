import { Combobox, type ComboboxOption } from '@grafana/ui';
import React from 'react';
import { Fit } from './Fit';
import { useSayOnce } from './useSayOnce';

interface Props {
  id: string;
  width: number;
  /** Keep the list or function between renders: a new one takes away what someone is typing. */
  options: ComboboxOption[] | ((search: string) => Promise<ComboboxOption[]>);
  value: string | null;
  onChange: (value: string) => void;
  /** Makes it possible to choose nothing. */
  onClear?: () => void;
  placeholder?: string;
  createCustomValue?: boolean;
  customValueDescription?: string;
  // Handed down by the field around it.
  disabled?: boolean;
  invalid?: boolean;
}

/** One of a list. */
export function Choice({ width, value, onChange, onClear, ...comboboxProps }: Props) {
  const say = useSayOnce<string | null>(value, (chosen) => (chosen === null ? onClear?.() : onChange(chosen)));
  const choose = (option: ComboboxOption | null) => {
    if (!option?.infoOption) {
      say(option?.value ?? null);
    }
  };
  return (
    <Fit width={width}>
      {onClear ? (
        <Combobox {...comboboxProps} isClearable value={value} onChange={choose} />
      ) : (
        <Combobox {...comboboxProps} value={value} onChange={choose} />
      )}
    </Fit>
  );
}
