import { InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { MultiChoice } from '../MultiChoice';
import { type FilterValuesProps } from './filter-values-props';
import { HiddenLabel } from './HiddenLabel';
import { useValueOptions } from './useValueOptions';

/** The several texts of a condition: free, with the values of the time range as suggestions. */
export function FilterTexts(props: FilterValuesProps) {
  const { name, limit, filter, onChange } = props;
  const id = useId();
  const options = useValueOptions(props);
  return (
    <>
      <HiddenLabel htmlFor={id} text={`${name} values`} />
      <InlineField invalid={filter.values.length > limit} error={`At most ${limit} values`}>
        <MultiChoice
          id={id}
          width={48}
          placeholder="Choose or type values"
          createCustomValue
          customValueDescription="Exactly this text"
          options={options}
          value={filter.values.map(String)}
          onChange={onChange}
        />
      </InlineField>
    </>
  );
}
