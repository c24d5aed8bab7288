import { InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { CommitInput } from './CommitInput';
import { type FilterValuesProps } from './filter-values-props';
import { HiddenLabel } from './HiddenLabel';
import { isNumberOrVariable } from './number-or-variable';

/** The value of a condition on a number. */
export function FilterNumber({ name, filter, onChange }: FilterValuesProps) {
  const id = useId();
  const value = String(filter.values[0] ?? '');
  return (
    <>
      <HiddenLabel htmlFor={id} text={`${name} value`} />
      <InlineField invalid={!isNumberOrVariable(value)} error="Not a number">
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
