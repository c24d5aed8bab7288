import { type TimeRange } from '@grafana/data';
import { type AiMetricsQuery } from './types';

/** Milliseconds since 1970, `to` excluded. */
export interface Window {
  from: number;
  to: number;
}

export function windowOf({ from, to }: TimeRange): Window {
  return { from: from.valueOf(), to: to.valueOf() };
}

/** Address of Explore with one query over a time range, within Grafana (Grafana puts its own path before it). */
export function exploreUrl(query: AiMetricsQuery, { from, to }: Window): string {
  const pane = {
    datasource: query.datasource?.uid,
    queries: [query],
    range: { from: String(from), to: String(to) },
  };
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ calls: pane }))}`;
}
