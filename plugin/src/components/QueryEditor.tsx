import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';
import { type AiMetricsDataSource } from '../datasource';
import { type QueryModel } from '../query-model';
import { queryText } from '../query-text';
import { effectiveQuery } from '../saved-query';
import { type AiMetricsOptions, type AiMetricsQuery } from '../types';
import { AlertingWarnings } from './query/AlertingWarnings';
import { FilterList } from './query/FilterList';
import { GroupByField } from './query/GroupByField';
import { KindField } from './query/KindField';
import { MetricsField } from './query/MetricsField';
import { SummaryOptions } from './query/SummaryOptions';
import { TimeseriesOptions } from './query/TimeseriesOptions';
import { WithCatalog } from './WithCatalog';

type Props = QueryEditorProps<AiMetricsDataSource, AiMetricsQuery, AiMetricsOptions>;

/** Editor of a query, in panels, Explore and alert rules: offers what the proxy's catalog lists. */
export function QueryEditor({ datasource, query: saved, range, app, onChange, onRunQuery }: Props) {
  const query = effectiveQuery(saved, datasource.getDefaultQuery(), app);
  const change = (changes: Partial<QueryModel>) => {
    onChange({ ...query, ...changes });
    onRunQuery();
  };

  return (
    <WithCatalog datasource={datasource} text={queryText(query)}>
      {(catalog) => (
        <Stack direction="column" gap={0.5}>
          <KindField catalog={catalog} query={query} onChange={change} />
          <MetricsField catalog={catalog} query={query} onChange={change} />
          <GroupByField catalog={catalog} query={query} onChange={change} />
          <FilterList
            catalog={catalog}
            datasource={datasource}
            range={range}
            filters={query.filters ?? []}
            onChange={(filters) => change({ filters })}
          />
          {query.kind === 'summary' ? (
            <SummaryOptions catalog={catalog} datasource={datasource} query={query} onChange={change} />
          ) : (
            <TimeseriesOptions catalog={catalog} datasource={datasource} query={query} onChange={change} />
          )}
          {app === CoreApp.UnifiedAlerting && <AlertingWarnings query={query} />}
        </Stack>
      )}
    </WithCatalog>
  );
}
