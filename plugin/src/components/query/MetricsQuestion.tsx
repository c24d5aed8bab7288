import React from 'react';
import { type PartProps } from './field-props';
import { GroupByField } from './GroupByField';
import { MetricsField } from './MetricsField';
import { TopFields } from './TopFields';

/** What is computed, split by what, and how much of that is shown. */
export function MetricsQuestion(props: PartProps) {
  return (
    <>
      <MetricsField {...props} />
      <GroupByField {...props} />
      <TopFields {...props} />
    </>
  );
}
