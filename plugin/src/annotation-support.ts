import { type AnnotationQuery, type AnnotationSupport } from '@grafana/data';
import { AnnotationQueryEditor } from './components/AnnotationQueryEditor';
import { DEFAULT_EVENTS, eventsQuery } from './events-query';
import { type AiMetricsQuery } from './types';

/** Events as annotations: what Grafana does with a frame of `time`, `title`, `text` and `tags` is all that is needed. */
export const annotationSupport: AnnotationSupport<AiMetricsQuery> = {
  QueryEditor: AnnotationQueryEditor,
  getDefaultQuery: () => DEFAULT_EVENTS,
  prepareQuery: ({ target }: AnnotationQuery<AiMetricsQuery>) => eventsQuery(target),
};
