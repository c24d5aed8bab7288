import { InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { CommitInput } from './CommitInput';
import { type FieldProps } from './field-props';

/** Leaves out what rests on too few calls. */
export function MinRequestsField({ query, onChange }: FieldProps) {
  const id = useId();
  return (
    <InlineField
      label="Min. requests"
      tooltip="Points or rows that rest on fewer calls with a value are left out: a percentile of three calls says little."
    >
      <CommitInput
        id={id}
        type="number"
        min={1}
        step={1}
        width={12}
        placeholder="none"
        value={query.minRequests?.toString() ?? ''}
        onCommit={(text) => onChange({ minRequests: positiveInteger(text) })}
      />
    </InlineField>
  );
}

function positiveInteger(text: string): number | undefined {
  const count = Math.floor(Number(text));
  return count >= 1 ? count : undefined;
}
