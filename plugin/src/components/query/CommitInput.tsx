import { Input } from '@grafana/ui';
import React, { type ComponentProps, type KeyboardEvent, useState } from 'react';

import { Fit } from '../Fit';

interface Props extends Omit<
  ComponentProps<typeof Input>,
  'value' | 'onChange' | 'onBlur' | 'onKeyDown' | 'ref' | 'width'
> {
  width: number;
  value: string;
  onCommit: (value: string) => void;
}

/** A text that is handed over when it is ready (Enter, or leaving the field), not at every key. */
export function CommitInput({ width, value, onCommit, ...inputProps }: Props) {
  // Only while someone types; otherwise the query's own text is shown.
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    setDraft(undefined);
    if (draft !== undefined && draft !== value) {
      onCommit(draft.trim());
    }
  };
  return (
    <Fit width={width}>
      <Input
        {...inputProps}
        value={draft ?? value}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Enter') {
            commit();
          }
        }}
      />
    </Fit>
  );
}
