import { Stack } from '@grafana/ui';
import React from 'react';
import { type QueryShape } from '../../query-model';
import { CompareFields } from './CompareFields';
import { LABEL_WIDTH, type PartProps } from './field-props';
import { LegendField } from './LegendField';
import { LimitField } from './LimitField';
import { MinRequestsField } from './MinRequestsField';
import { OrderFields } from './OrderFields';
import { RadioField } from './RadioField';
import { TimezoneField } from './TimezoneField';

const SHAPE_LABELS: Record<QueryShape, string> = { table: 'Table', numbers: 'Numbers' };

/** What only a summary has. */
export function SummaryOptions(props: PartProps) {
  const { catalog, query, onChange } = props;
  // The biggest groups are so many already.
  const showsLimit = !query.top || query.limit !== undefined;
  return (
    <>
      <CompareFields {...props} />
      <Stack direction="row" gap={0} wrap="wrap">
        <OrderFields {...props} />
        {showsLimit && <LimitField {...props} placeholder="all" />}
      </Stack>
      <Stack direction="row" gap={0} wrap="wrap">
        <RadioField
          label="Shape"
          labelWidth={LABEL_WIDTH}
          tooltip="Table: a row per group, a column per metric. Numbers: a labelled value of its own for each, as alert rules and stat panels want several metrics."
          options={catalog.shapes.map((value) => ({ value, label: SHAPE_LABELS[value] ?? value }))}
          value={query.shape ?? 'table'}
          onChange={(shape) => onChange({ shape })}
        />
        <TimezoneField {...props} />
        <MinRequestsField {...props} />
        {query.shape === 'numbers' && <LegendField {...props} />}
      </Stack>
    </>
  );
}
