import { Text } from '@grafana/ui';
import React from 'react';

interface Props {
  text: string;
}

/** What the query asks, in words; read aloud when it changes. */
export function QuerySentence({ text }: Props) {
  return (
    <div role="status" aria-label="What the query asks">
      <Text italic color="secondary">
        {text}
      </Text>
    </div>
  );
}
