import React from 'react';
import { CompareFields } from './CompareFields';
import { type PartProps } from './field-props';
import { GroupByField } from './GroupByField';
import { MetricsField } from './MetricsField';
import { TopFields } from './TopFields';

/** What is computed, split by what, and held against what. */
export function MetricsQuestion(props: PartProps) {
  return (
    <>
      <MetricsField {...props} />
      <GroupByField {...props} />
      <TopFields {...props} />
      <CompareFields {...props} />
    </>
  );
}
