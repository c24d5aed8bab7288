import React from 'react';
import { type FieldProps } from './field-props';
import { WholeNumberField } from './WholeNumberField';

interface Props extends FieldProps {
  /** What is asked without a limit. */
  placeholder: string;
}

/** How many rows there are at most. */
export function LimitField({ query, onChange, placeholder }: Props) {
  return (
    <WholeNumberField
      label="Limit"
      free
      tooltip="At most so many rows, from the first on."
      placeholder={placeholder}
      value={query.limit}
      onChange={(limit) => onChange({ limit })}
    />
  );
}
