import React from 'react';
import { type FieldProps } from './field-props';
import { WholeNumberField } from './WholeNumberField';

/** Leaves out what rests on too few calls. */
export function MinRequestsField({ query, onChange }: FieldProps) {
  return (
    <WholeNumberField
      label="Min. requests"
      tooltip="Points or rows that rest on fewer calls with a value are left out: a percentile of three calls says little."
      placeholder="none"
      value={query.minRequests || undefined}
      onChange={(count) => onChange({ minRequests: Number(count) || undefined })}
    />
  );
}
