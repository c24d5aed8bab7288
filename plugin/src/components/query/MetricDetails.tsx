import { Stack, Text } from '@grafana/ui';
import React from 'react';
import { type Catalog } from '../../catalog';
import { Disclosure } from './Disclosure';
import { metricText } from './metric-options';

interface Props {
  catalog: Catalog;
  names: string[];
}

/** What the list says about the chosen metrics, in full: it has only one line for each. */
export function MetricDetails({ catalog, names }: Props) {
  const metrics = names.flatMap((name) => catalog.metrics.find((metric) => metric.name === name) ?? []);
  return metrics.length === 0 ? null : (
    <Disclosure title={metrics.length === 1 ? 'About this metric' : 'About these metrics'}>
      <Stack direction="column" gap={0.5}>
        {metrics.map((metric) => (
          <Text key={metric.name} element="p" variant="bodySmall" color="secondary">
            <Text variant="bodySmall" weight="medium" color="primary">
              {metric.label}
            </Text>{' '}
            {`(${metric.name}): ${metricText(metric)}`}
          </Text>
        ))}
      </Stack>
    </Disclosure>
  );
}
