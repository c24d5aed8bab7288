import { type AiMetricsQuery } from './types';

/** The question of an annotation that was never edited. */
export const DEFAULT_EVENTS: Partial<AiMetricsQuery> = {
  schemaVersion: 1,
  kind: 'events',
  metrics: ['new_model'],
  filters: [],
};

/**
 * What an annotation asks for. Only the fields that events have: Grafana leaves those of its own annotations in it
 * (`limit`, `matchAny`, `tags`, `type`), and one that was never edited has no fields at all.
 */
export function eventsQuery(saved: Partial<AiMetricsQuery> | undefined): AiMetricsQuery {
  const {
    refId = 'Anno',
    datasource,
    schemaVersion,
    metrics,
    filters,
    timezone,
    parameters,
  } = {
    ...DEFAULT_EVENTS,
    ...saved,
  };
  return { refId, datasource, schemaVersion, kind: 'events', metrics, filters, timezone, parameters };
}
