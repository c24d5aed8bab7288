import { type ComboboxOption, InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { hasVariable } from '../../interpolation';
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
  /** How the chosen are called, where that is shorter than in the list. */
  labelOf?: (value: string) => string;
  value: string[];
  onChange: (value: string[]) => void;
  /** What else is wrong with the choice. */
  error?: string;
}

/** Several of a list, up to a limit; at the limit, the list offers only to take away. */
export function LimitedMultiSelect(props: Props) {
  const { label, tooltip, placeholder, noun, limit, options, labelOf, value, onChange } = props;
  const id = useId();
  const unknown = value.filter((name) => !options.some((option) => option.value === name) && !hasVariable(name));
  const error = unknown.length > 0 ? `Not in the proxy's catalog: ${unknown.join(', ')}` : props.error;
  return (
    <InlineField
      label={label}
      labelWidth={LABEL_WIDTH}
      tooltip={tooltip}
      grow
      shrink
      invalid={error !== undefined}
      error={error}
    >
      <MultiChoice
        id={id}
        placeholder={placeholder}
        options={value.length < limit ? options : onlyChosen(options, value, `At most ${limit} ${noun}`)}
        labelOf={labelOf}
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
