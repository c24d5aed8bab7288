import { CoreApp, type TimeRange } from '@grafana/data';
import { Alert, Text } from '@grafana/ui';
import React from 'react';
import { summaryHint } from '../../alerting-range';
import { alertingWarnings } from '../../alerting-warnings';
import { kindOf } from '../../kind-fields';
import { type QueryModel } from '../../query-model';
import { Disclosure } from './Disclosure';

interface Props {
  query: QueryModel;
  app: CoreApp | undefined;
  /** Of the rule, or of what else shows the query. */
  range: TimeRange | undefined;
}

/** What would break the query as an alert rule: in a rule always, in a panel, of which one may be made, on request. */
export function AlertingWarnings({ query, app, range }: Props) {
  if (app === CoreApp.UnifiedAlerting) {
    return (
      <>
        {kindOf(query) === 'summary' && <Alert severity="info" title={summaryHint(range)} />}
        {alertingWarnings(query, range).map((warning) => (
          <Alert key={warning} severity="warning" title={warning} />
        ))}
      </>
    );
  }
  const warnings = alertingWarnings(query);
  return app === CoreApp.PanelEditor && warnings.length > 0 ? (
    <Disclosure title={`As an alert rule: ${warnings.length === 1 ? 'one hint' : `${warnings.length} hints`}`}>
      {warnings.map((warning) => (
        <Text key={warning} element="p" variant="bodySmall" color="secondary">
          {warning}
        </Text>
      ))}
    </Disclosure>
  ) : null;
}
