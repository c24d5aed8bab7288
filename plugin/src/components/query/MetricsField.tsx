import React, { useMemo } from 'react';
import { kindOf } from '../../kind-fields';
import { metricLabel } from '../../labels';
import { type PartProps } from './field-props';
import { LimitedMultiSelect } from './LimitedMultiSelect';
import { MetricDetails } from './MetricDetails';
import { metricOptions } from './metric-options';
import { ParameterFields } from './ParameterFields';
import { variableOptions } from './variable-options';

/** The figures that are asked for. */
export function MetricsField({ catalog, datasource, query, onChange }: PartProps) {
  const kind = kindOf(query);
  const options = useMemo(
    () => [...metricOptions(catalog, kind), ...variableOptions(datasource)],
    [catalog, datasource, kind]
  );
  return (
    <>
      <LimitedMultiSelect
        label="Metrics"
        tooltip="What to compute. Type to search, by words or by a metric's name. Each metric says in the list what it counts and what it leaves out."
        placeholder="Choose one or more metrics"
        noun="metrics"
        limit={catalog.limits.metrics}
        options={options}
        labelOf={(name) => metricLabel(name, catalog)}
        value={query.metrics ?? []}
        onChange={(metrics) => onChange({ metrics })}
      />
      <ParameterFields catalog={catalog} query={query} onChange={onChange} />
      <MetricDetails catalog={catalog} names={query.metrics ?? []} />
    </>
  );
}
