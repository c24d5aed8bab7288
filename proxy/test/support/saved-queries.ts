const grafanaKeys = ['refId', 'datasource', 'hide'];

/** The question in a saved query: it is flat, with Grafana's own fields beside the query model's. */
export function withoutGrafanaKeys(target: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(target).filter(([key]) => !grafanaKeys.includes(key)));
}
