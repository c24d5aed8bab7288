import { InlineField } from '@grafana/ui';
import React, { useId, useMemo } from 'react';
import { Choice } from '../Choice';
import { type FieldProps, LABEL_WIDTH } from './field-props';
import { MetricDetails } from './MetricDetails';
import { metricOptions } from './metric-options';

/** The one figure that the cells of a heatmap show. */
export function HeatmapMetricField({ catalog, query, onChange }: FieldProps) {
  const id = useId();
  const options = useMemo(() => metricOptions(catalog, 'heatmap'), [catalog]);
  const { metrics = [] } = query;
  return (
    <>
      <InlineField
        label="Metric"
        labelWidth={LABEL_WIDTH}
        tooltip="What the cells show of the calls in them. Upwards are durations, to the right is time."
        shrink
        invalid={metrics.length > 1}
        error={`A heatmap has one metric; saved are: ${metrics.join(', ')}`}
      >
        <Choice
          id={id}
          width={40}
          placeholder="Choose a metric"
          options={options}
          value={metrics[0] ?? null}
          onChange={(name) => onChange({ metrics: [name] })}
        />
      </InlineField>
      <MetricDetails catalog={catalog} names={metrics} />
    </>
  );
}
