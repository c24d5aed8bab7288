import { type QueryEditorProps } from '@grafana/data';
import { InlineField, Stack } from '@grafana/ui';
import React, { useId, useMemo } from 'react';
import { type Catalog } from '../catalog';
import { type AiMetricsDataSource } from '../datasource';
import { type AiMetricsOptions, type AiMetricsQuery, type DimensionQuery } from '../types';
import { Choice } from './Choice';
import { CommitInput } from './query/CommitInput';
import { LABEL_WIDTH } from './query/field-props';
import { FilterList } from './query/FilterList';
import { WithCatalog } from './WithCatalog';

type Props = QueryEditorProps<AiMetricsDataSource, AiMetricsQuery, AiMetricsOptions, DimensionQuery>;

/** Editor of a query variable: the values of a dimension, in the dashboard's time range. */
export function VariableQueryEditor({ datasource, query, range, onChange, onRunQuery }: Props) {
  const searchId = useId();
  const change = (changes: Partial<DimensionQuery>) => {
    onChange({ ...query, ...changes });
    onRunQuery();
  };
  return (
    <WithCatalog datasource={datasource} text={`values of ${query.dimension}`}>
      {(catalog) => (
        <Stack direction="column" gap={0.5}>
          <DimensionField catalog={catalog} value={query.dimension} onChange={(dimension) => change({ dimension })} />
          <FilterList
            catalog={catalog}
            datasource={datasource}
            range={range}
            filters={query.filters ?? []}
            onChange={(filters) => change({ filters })}
          />
          <InlineField
            label="Search"
            labelWidth={LABEL_WIDTH}
            tooltip="Only values that contain this text. $__searchFilter stands for what a viewer types into the variable's list: use it where there are very many values."
          >
            <CommitInput
              id={searchId}
              width={34}
              placeholder="all"
              value={query.search ?? ''}
              onCommit={(search) => change({ search })}
            />
          </InlineField>
        </Stack>
      )}
    </WithCatalog>
  );
}

interface DimensionFieldProps {
  catalog: Catalog;
  value: string;
  onChange: (dimension: string) => void;
}

function DimensionField({ catalog, value, onChange }: DimensionFieldProps) {
  const id = useId();
  const options = useMemo(
    () => catalog.filters.filter(({ suggest }) => suggest).map(({ key, label }) => ({ value: key, label })),
    [catalog]
  );
  return (
    <InlineField
      label="Values of"
      labelWidth={LABEL_WIDTH}
      tooltip="The values that occur in the dashboard's time range. Let the variable refresh “On time range change”."
    >
      <Choice id={id} width={34} options={options} value={value} onChange={onChange} />
    </InlineField>
  );
}
