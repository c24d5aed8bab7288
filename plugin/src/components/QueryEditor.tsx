import { type QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React, { type ComponentType, useMemo } from 'react';
import { type AiMetricsDataSource } from '../datasource';
import { kindOf } from '../kind-fields';
import { nextQuery } from '../next-query';
import { type QueryKind, type QueryModel } from '../query-model';
import { queryText } from '../query-text';
import { readableQuery } from '../readable-query';
import { effectiveQuery } from '../saved-query';
import { type AiMetricsOptions, type AiMetricsQuery } from '../types';
import { FitArea } from './Fit';
import { AlertingWarnings } from './query/AlertingWarnings';
import { CallsOptions } from './query/CallsOptions';
import { EventsField } from './query/EventsField';
import { EventsOptions } from './query/EventsOptions';
import { type PartProps } from './query/field-props';
import { FilterList } from './query/FilterList';
import { HeatmapMetricField } from './query/HeatmapMetricField';
import { HeatmapOptions } from './query/HeatmapOptions';
import { KeptFields } from './query/KeptFields';
import { KindField } from './query/KindField';
import { MetricsQuestion } from './query/MetricsQuestion';
import { QuerySentence } from './query/QuerySentence';
import { SummaryOptions } from './query/SummaryOptions';
import { TimeseriesOptions } from './query/TimeseriesOptions';
import { VisualizationHint } from './query/VisualizationHint';
import { WithCatalog } from './WithCatalog';

type Props = QueryEditorProps<AiMetricsDataSource, AiMetricsQuery, AiMetricsOptions>;

/** What a kind has before the filters, and after them. */
const PARTS: Record<QueryKind, Partial<Record<'Question' | 'Options', ComponentType<PartProps>>>> = {
  timeseries: { Question: MetricsQuestion, Options: TimeseriesOptions },
  summary: { Question: MetricsQuestion, Options: SummaryOptions },
  heatmap: { Question: HeatmapMetricField, Options: HeatmapOptions },
  calls: { Options: CallsOptions },
  events: { Question: EventsField, Options: EventsOptions },
};

/** Editor of a query, in panels, Explore and alert rules: offers what the proxy's catalog lists. */
export function QueryEditor({ datasource, query: saved, range, app, onChange, onRunQuery }: Props) {
  // The same objects until something changes: see Choice.
  const whole = useMemo(() => effectiveQuery(saved, datasource.getDefaultQuery(), app), [saved, datasource, app]);
  const query = useMemo(() => readableQuery(whole), [whole]);
  const save = (changes: Partial<QueryModel>) => {
    onChange({ ...whole, ...changes });
    onRunQuery();
  };
  const kind = kindOf(query);
  const { Question, Options } = PARTS[kind];

  return (
    <WithCatalog datasource={datasource} text={queryText(query)}>
      {(catalog) => {
        const change = (changes: Partial<QueryModel>) => save(nextQuery(query, changes, catalog));
        const part: PartProps = { catalog, datasource, query, onChange: change };
        return (
          <FitArea>
            <Stack direction="column" gap={0.5}>
              <QuerySentence text={queryText(query, catalog)} />
              <KindField {...part} />
              <VisualizationHint kind={kind} app={app} />
              {Question && <Question {...part} />}
              <FilterList
                catalog={catalog}
                datasource={datasource}
                range={range}
                filters={query.filters ?? []}
                onChange={(filters) => change({ filters })}
              />
              {Options && <Options {...part} />}
              <KeptFields query={whole} onChange={save} />
              <AlertingWarnings query={query} app={app} range={range} />
            </Stack>
          </FitArea>
        );
      }}
    </WithCatalog>
  );
}
