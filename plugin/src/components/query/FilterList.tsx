import { type TimeRange } from '@grafana/data';
import { Button, InlineLabel, Stack } from '@grafana/ui';
import React from 'react';
import { type Catalog } from '../../catalog';
import { type AiMetricsDataSource } from '../../datasource';
import { type QueryFilter } from '../../query-model';
import { LABEL_WIDTH } from './field-props';
import { FilterRow } from './FilterRow';

interface Props {
  catalog: Catalog;
  datasource: AiMetricsDataSource;
  /** Where the suggested values are looked for. */
  range?: TimeRange;
  filters: QueryFilter[];
  onChange: (filters: QueryFilter[]) => void;
}

/** Which calls count: all filters must hold. A filter without values is kept in the editor, but not asked. */
export function FilterList({ catalog, datasource, range, filters, onChange }: Props) {
  const addFilter = () => {
    const [first] = catalog.filters;
    const operator = first?.operators[0];
    if (first && operator) {
      onChange([...filters, { key: first.key, operator, values: [] }]);
    }
  };
  const atLimit = filters.length >= catalog.limits.filters;

  return (
    <Stack direction="row" gap={0.5} alignItems="flex-start">
      <InlineLabel
        as="div"
        width={LABEL_WIDTH}
        tooltip="Only calls for which all filters hold are counted. Text is compared letter by letter, capitals included. Variables may be typed, as $provider."
      >
        Filters
      </InlineLabel>
      <Stack direction="column" gap={0.5} alignItems="flex-start">
        {filters.map((filter, index) => (
          <FilterRow
            key={index}
            name={`Filter ${index + 1}`}
            catalog={catalog}
            datasource={datasource}
            range={range}
            filter={filter}
            narrowedBy={filters.filter((other) => other.key !== filter.key && hasSuggestions(catalog, other.key))}
            onChange={(changed) => onChange(filters.map((each, at) => (at === index ? changed : each)))}
            onRemove={() => onChange(filters.filter((_, at) => at !== index))}
          />
        ))}
        <Button
          variant="secondary"
          icon="plus"
          onClick={addFilter}
          disabled={atLimit}
          tooltip={atLimit ? `At most ${catalog.limits.filters} filters` : undefined}
        >
          Add filter
        </Button>
      </Stack>
    </Stack>
  );
}

function hasSuggestions(catalog: Catalog, key: string): boolean {
  return catalog.filters.some((each) => each.key === key && each.suggest);
}
