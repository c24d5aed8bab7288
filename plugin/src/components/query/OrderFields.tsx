import React, { useMemo } from 'react';
import { directionLabel, orderColumns } from '../../order-columns';
import { type QueryOrder } from '../../query-model';
import { ChoiceField } from './ChoiceField';
import { type FieldProps, LABEL_WIDTH } from './field-props';
import { RadioField } from './RadioField';

interface Props extends FieldProps {
  /** The order of a query that has none; without it, having none can be chosen. */
  standard?: QueryOrder;
}

const DIRECTIONS = ['desc', 'asc'] as const;

/** What comes first. */
export function OrderFields({ catalog, query, onChange, standard }: Props) {
  const options = useMemo(
    () => orderColumns(query, catalog).map(({ name, label }) => ({ value: name, label })),
    [catalog, query]
  );
  const order = query.order ?? standard;
  return (
    <>
      <ChoiceField
        label="Order by"
        labelWidth={LABEL_WIDTH}
        width={28}
        tooltip="The column that decides which rows come first."
        placeholder={query.top ? 'Rank' : 'Names'}
        options={options}
        value={order?.by ?? null}
        onChange={(by) => onChange({ order: { by, direction: order?.direction ?? 'desc' } })}
        onClear={standard ? undefined : () => onChange({ order: undefined })}
      />
      {order && (
        <RadioField
          label="Direction"
          tooltip="Which end of the column comes first."
          options={DIRECTIONS.map((direction) => ({
            value: direction,
            label: directionLabel(query, { ...order, direction }),
          }))}
          value={order.direction ?? 'desc'}
          onChange={(direction) => onChange({ order: { ...order, direction } })}
        />
      )}
    </>
  );
}
