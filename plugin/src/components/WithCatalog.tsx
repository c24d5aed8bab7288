import { Alert, Button, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import React, { type ReactNode } from 'react';
import { type Catalog } from '../catalog';
import { type AiMetricsDataSource } from '../datasource';
import { useCatalog } from './useCatalog';

interface Props {
  datasource: AiMetricsDataSource;
  /** What is being edited, in words: shown where it cannot be edited. */
  text: string;
  children: (catalog: Catalog) => ReactNode;
}

/** An editor that needs the catalog: says what it waits for, or why it can't be had. */
export function WithCatalog({ datasource, text, children }: Props) {
  const [state, retry] = useCatalog(datasource);
  switch (state.status) {
    case 'ready':
      return <>{children(state.catalog)}</>;
    case 'loading':
      return <LoadingPlaceholder text="Asking the proxy what it can answer…" />;
    case 'failed':
      return (
        <Alert severity="error" title="The proxy's catalog of metrics could not be loaded">
          <Stack direction="column" gap={1} alignItems="flex-start">
            <Text>{state.message}</Text>
            <Text color="secondary">{`The saved query is kept: ${text}`}</Text>
            <Button size="sm" variant="secondary" icon="sync" onClick={retry}>
              Retry
            </Button>
          </Stack>
        </Alert>
      );
  }
}
