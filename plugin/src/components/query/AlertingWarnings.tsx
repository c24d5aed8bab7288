import { CoreApp } from '@grafana/data';
import { Alert, Text } from '@grafana/ui';
import React from 'react';
import { alertingWarnings } from '../../alerting-warnings';
import { type QueryModel } from '../../query-model';
import { Disclosure } from './Disclosure';

interface Props {
  query: QueryModel;
  app: CoreApp | undefined;
}

/** What would break the query as an alert rule: in a rule always, in a panel, of which one may be made, on request. */
export function AlertingWarnings({ query, app }: Props) {
  const warnings = alertingWarnings(query);
  if (warnings.length === 0) {
    return null;
  }
  if (app === CoreApp.UnifiedAlerting) {
    return (
      <>
        {warnings.map((warning) => (
          <Alert key={warning} severity="warning" title={warning} />
        ))}
      </>
    );
  }
  return app === CoreApp.PanelEditor ? (
    <Disclosure title={`As an alert rule: ${warnings.length === 1 ? 'one hint' : `${warnings.length} hints`}`}>
      {warnings.map((warning) => (
        <Text key={warning} element="p" variant="bodySmall" color="secondary">
          {warning}
        </Text>
      ))}
    </Disclosure>
  ) : null;
}
