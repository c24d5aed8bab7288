import React, { useId } from 'react';
import { Choice } from '../Choice';
import { type FilterValuesProps } from './filter-values-props';
import { HiddenLabel } from './HiddenLabel';
import { useValueOptions } from './useValueOptions';

/** The one text of a condition: free, with the values of the time range as suggestions. */
export function FilterText(props: FilterValuesProps) {
  const { name, filter, onChange } = props;
  const id = useId();
  const options = useValueOptions(props);
  return (
    <>
      <HiddenLabel htmlFor={id} text={`${name} value`} />
      <Choice
        id={id}
        width={32}
        placeholder="Choose or type a value"
        createCustomValue
        customValueDescription="Exactly this text"
        options={options}
        value={filter.values[0]?.toString() ?? null}
        onChange={(value) => onChange([value])}
        onClear={() => onChange([])}
      />
    </>
  );
}
