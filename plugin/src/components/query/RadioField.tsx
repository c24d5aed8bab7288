import { css } from '@emotion/css';
import { type SelectableValue } from '@grafana/data';
import { InlineField, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import React, { useId } from 'react';

interface Props<T> {
  label: string;
  tooltip: string;
  labelWidth?: number;
  options: Array<SelectableValue<T>>;
  /** Those that can't be chosen now. */
  disabledOptions?: T[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function RadioField<T>({ label, tooltip, labelWidth, options, disabledOptions, value, onChange }: Props<T>) {
  const styles = useStyles2(getStyles);
  // Without an id of its own, the group makes new ones at every render, and loses the browser's focus with them.
  const id = useId();
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip} htmlFor="" shrink>
      <RadioButtonGroup
        id={id}
        aria-label={label}
        className={styles.group}
        options={options}
        disabledOptions={disabledOptions}
        value={value}
        onChange={onChange}
      />
    </InlineField>
  );
}

const getStyles = () => ({
  // On a phone, not all fit into one line.
  group: css({ flexWrap: 'wrap' }),
});
