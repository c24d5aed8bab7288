import { InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { hasVariable } from '../../interpolation';
import { CommitInput } from './CommitInput';
import { type FilterValuesProps } from './filter-values-props';
import { HiddenLabel } from './HiddenLabel';

/** The value of a condition on a number. */
export function FilterNumber({ name, filter, onChange }: FilterValuesProps) {
  const id = useId();
  const value = String(filter.values[0] ?? '');
  return (
    <>
      <HiddenLabel htmlFor={id} text={`${name} value`} />
      <InlineField
        invalid={value !== '' && !hasVariable(value) && !Number.isFinite(Number(value))}
        error="Not a number"
      >
        <CommitInput
          id={id}
          width={20}
          inputMode="decimal"
          placeholder="A number"
          value={value}
          onCommit={(text) => onChange(text === '' ? [] : [text])}
        />
      </InlineField>
    </>
  );
}
