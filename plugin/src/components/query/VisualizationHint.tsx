import { CoreApp } from '@grafana/data';
import { Icon, Stack, Text } from '@grafana/ui';
import React from 'react';
import { type QueryKind } from '../../query-model';

interface Props {
  kind: QueryKind;
  app: CoreApp | undefined;
}

// A new panel is a time series, which says of the other kinds only that a time field is missing.
const VISUALIZATIONS: Partial<Record<QueryKind, string>> = {
  summary: 'Table, Bar chart, Pie chart or Stat',
  heatmap: 'Heatmap',
  calls: 'Table',
  events: 'Table',
};

/** Which of a panel's visualizations show a kind. */
export function VisualizationHint({ kind, app }: Props) {
  const names = VISUALIZATIONS[kind];
  return names !== undefined && app === CoreApp.PanelEditor ? (
    <Stack direction="row" gap={1} alignItems="center">
      <Text color="info">
        <Icon name="info-circle" />
      </Text>
      <Text>{`Shown by the visualization ${names}: choose it in the options on the right.`}</Text>
    </Stack>
  ) : null;
}
