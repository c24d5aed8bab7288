import { type QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';
import React from 'react';
import { QUERY_EXAMPLES } from '../query-examples';
import { type AiMetricsQuery } from '../types';

/** What can be asked, with examples that are put into the editor by a click. */
export function QueryHelp({ onClickExample }: QueryEditorHelpProps<AiMetricsQuery>) {
  return (
    <Stack direction="column" gap={1}>
      <Text element="h4">What would you like to know? Click an example, then run the query.</Text>
      {QUERY_EXAMPLES.map(({ title, text, query }) => (
        <Stack key={title} direction="row" gap={1} alignItems="center" wrap="wrap">
          <Button
            size="sm"
            variant="secondary"
            // A new one each time: Grafana writes into it.
            onClick={() => onClickExample({ refId: 'A', schemaVersion: 1, ...query })}
          >
            {title}
          </Button>
          <Text color="secondary">{text}</Text>
        </Stack>
      ))}
      <Text color="secondary">
        A time series has a value per interval, a summary one for the whole time range, a heatmap shows how the latency
        is spread. Calls are single rows; events are first calls of a model, and budgets that were crossed. Each metric
        says in the list what it counts and what it leaves out. To see the calls behind a figure, click it.
      </Text>
    </Stack>
  );
}
