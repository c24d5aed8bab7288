import { type QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React, { useMemo } from 'react';
import { type AiMetricsDataSource } from '../datasource';
import { eventsQuery } from '../events-query';
import { nextQuery } from '../next-query';
import { queryText } from '../query-text';
import { readableQuery } from '../readable-query';
import { type AiMetricsOptions, type AiMetricsQuery } from '../types';
import { EventsField } from './query/EventsField';
import { EventsOptions } from './query/EventsOptions';
import { type PartProps } from './query/field-props';
import { FilterList } from './query/FilterList';
import { QuerySentence } from './query/QuerySentence';
import { WithCatalog } from './WithCatalog';

type Props = QueryEditorProps<AiMetricsDataSource, AiMetricsQuery, AiMetricsOptions>;

/** Editor of an annotation: which events are marked on a dashboard's panels. Grafana itself runs it after a change. */
export function AnnotationQueryEditor({ datasource, query: saved, range, onChange }: Props) {
  // The same objects until something changes: see Choice.
  const query = useMemo(() => readableQuery(eventsQuery(saved)), [saved]);
  return (
    <WithCatalog datasource={datasource} text={queryText(query)}>
      {(catalog) => {
        const part: PartProps = {
          catalog,
          datasource,
          query,
          onChange: (changes) => onChange({ ...query, ...nextQuery(query, changes, catalog) }),
        };
        return (
          <Stack direction="column" gap={0.5}>
            <QuerySentence text={queryText(query, catalog)} />
            <EventsField {...part} />
            <FilterList
              catalog={catalog}
              datasource={datasource}
              range={range}
              filters={query.filters ?? []}
              onChange={(filters) => part.onChange({ filters })}
            />
            <EventsOptions {...part} />
          </Stack>
        );
      }}
    </WithCatalog>
  );
}
