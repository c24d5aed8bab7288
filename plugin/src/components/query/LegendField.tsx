import { InlineField } from '@grafana/ui';
import React, { useId } from 'react';
import { CommitInput } from './CommitInput';
import { type FieldProps } from './field-props';

/** Names what the panel shows. */
export function LegendField({ query, onChange }: FieldProps) {
  const id = useId();
  return (
    <InlineField
      label="Legend"
      shrink
      tooltip="Name of each series or number. Dimensions in double braces are filled in: {{provider}} {{model_name}}. Empty: metric and dimensions."
    >
      <CommitInput
        id={id}
        width={34}
        placeholder="{{provider}} {{model_name}}"
        value={query.legend ?? ''}
        onCommit={(legend) => onChange({ legend: legend || undefined })}
      />
    </InlineField>
  );
}
