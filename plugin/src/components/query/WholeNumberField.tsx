import { InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { hasVariable } from '../../interpolation';
import { type NumberOrVariable } from '../../query-model';
import { CommitInput } from './CommitInput';

interface Props {
  label: string;
  tooltip: string;
  labelWidth?: number;
  max?: number;
  placeholder?: string;
  /** Takes a template variable, too. */
  free?: boolean;
  value: NumberOrVariable | undefined;
  /** Gets nothing when the field is emptied, or what is typed is no count. */
  onChange: (value: NumberOrVariable | undefined) => void;
}

/** A count of at least one. */
export function WholeNumberField({ label, tooltip, labelWidth, max, placeholder, free, value, onChange }: Props) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip} shrink>
      <CommitInput
        id={id}
        inputMode={free ? 'text' : 'numeric'}
        width={10}
        placeholder={placeholder}
        value={value?.toString() ?? ''}
        onCommit={(text) => onChange(free && hasVariable(text) ? text : wholeNumber(text, max))}
      />
    </InlineField>
  );
}

function wholeNumber(text: string, max = Infinity): number | undefined {
  const count = Math.floor(Number(text));
  return count >= 1 ? Math.min(count, max) : undefined;
}
