import { Stack } from '@grafana/ui';
import React from 'react';
import { type QueryOrder } from '../../query-model';
import { type PartProps } from './field-props';
import { LimitField } from './LimitField';
import { OrderFields } from './OrderFields';

// As the proxy has it.
const NEWEST_FIRST: QueryOrder = { by: 'start_time', direction: 'desc' };

/** What only single calls have. */
export function CallsOptions(props: PartProps) {
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      <OrderFields {...props} standard={NEWEST_FIRST} />
      <LimitField {...props} placeholder="100" />
    </Stack>
  );
}
