import { Alert } from '@grafana/ui';
import React from 'react';
import { alertingWarnings } from '../../alerting-warnings';
import { type QueryModel } from '../../query-model';

interface Props {
  query: QueryModel;
}

/** What would break the query as an alert rule. */
export function AlertingWarnings({ query }: Props) {
  return (
    <>
      {alertingWarnings(query).map((warning) => (
        <Alert key={warning} severity="warning" title={warning} />
      ))}
    </>
  );
}
