import { type TimeRange } from '@grafana/data';
import { Box, IconButton, Stack } from '@grafana/ui';
import React, { useId, useMemo } from 'react';
import { type Catalog, type CatalogFilter } from '../../catalog';
import { type AiMetricsDataSource } from '../../datasource';
import { type FilterOperator, type QueryFilter } from '../../query-model';
import { Choice } from '../Choice';
import { type FilterValuesProps } from './filter-values-props';
import { FilterNumber } from './FilterNumber';
import { FilterText } from './FilterText';
import { FilterTexts } from './FilterTexts';
import { HiddenLabel } from './HiddenLabel';
import { UnseenValues } from './UnseenValues';

interface Props {
  /** How the row is called, for the names of its fields. */
  name: string;
  catalog: Catalog;
  datasource: AiMetricsDataSource;
  range?: TimeRange;
  filter: QueryFilter;
  narrowedBy: QueryFilter[];
  onChange: (filter: QueryFilter) => void;
  onRemove: () => void;
}

const TAKES_SEVERAL: FilterOperator[] = ['in', 'not in'];

/** One condition: key, operator, values. */
export function FilterRow({ name, catalog, datasource, range, filter, narrowedBy, onChange, onRemove }: Props) {
  const keyId = useId();
  const operatorId = useId();
  const known = catalog.filters.find(({ key }) => key === filter.key);
  const keys = useMemo(() => catalog.filters.map(({ key, label }) => ({ value: key, label })), [catalog]);
  const operators = useMemo(() => (known?.operators ?? []).map((value) => ({ value })), [known]);

  const changeKey = (key: string) => {
    const chosen = catalog.filters.find((each) => each.key === key);
    const operator = chosen?.type === known?.type ? filter.operator : chosen && firstOperator(chosen);
    if (operator) {
      onChange({ key, operator, values: [] });
    }
  };
  const changeOperator = (name: string) => {
    const operator = known?.operators.find((each) => each === name);
    if (operator) {
      onChange({ ...filter, operator, values: takesSeveral(operator) ? filter.values : filter.values.slice(0, 1) });
    }
  };

  return (
    <Stack direction="row" gap={0.5} alignItems="flex-start" wrap="wrap">
      <HiddenLabel htmlFor={keyId} text={`${name} key`} />
      <Choice id={keyId} width={22} options={keys} value={filter.key} invalid={!known} onChange={changeKey} />
      <HiddenLabel htmlFor={operatorId} text={`${name} operator`} />
      <Choice id={operatorId} width={14} options={operators} value={filter.operator} onChange={changeOperator} />
      <FilterValues
        name={name}
        known={known}
        limit={catalog.limits.filterValues}
        datasource={datasource}
        range={range}
        filter={filter}
        narrowedBy={narrowedBy}
        onChange={(values) => onChange({ ...filter, values })}
      />
      <Box paddingTop={0.5}>
        <IconButton name="trash-alt" size="lg" aria-label={`Remove ${name.toLowerCase()}`} onClick={onRemove} />
      </Box>
      <Box paddingTop={1}>
        <UnseenValues datasource={datasource} known={known} range={range} filter={filter} narrowedBy={narrowedBy} />
      </Box>
    </Stack>
  );
}

/** Of a number, a floor is asked for more often than the very number. */
function firstOperator({ type, operators }: CatalogFilter): FilterOperator | undefined {
  return type === 'number' && operators.includes('>=') ? '>=' : operators[0];
}

function FilterValues(props: FilterValuesProps) {
  // Fields of their own, so that what is typed in one is not taken for the next key's.
  const { key, operator } = props.filter;
  if (takesSeveral(operator)) {
    return <FilterTexts key={key} {...props} />;
  }
  return props.known?.type === 'number' ? <FilterNumber key={key} {...props} /> : <FilterText key={key} {...props} />;
}

function takesSeveral(operator: FilterOperator): boolean {
  return TAKES_SEVERAL.includes(operator);
}
