import type { Notice } from './notices.ts';

/**
 * Grafana's data frames as JSON, read by grafana-plugin-sdk-go. Its key sets are closed, `schema` comes before `data`,
 * and every field needs its `typeInfo.frame`: anything else breaks the decoder.
 */
export interface Frame {
  schema: {
    refId: string;
    name?: string;
    meta: FrameMeta;
    fields: FrameField[];
  };
  data: { values: (string | number | null)[][] };
}

export interface FrameMeta {
  type: 'timeseries-multi' | 'numeric-long' | 'numeric-multi' | 'heatmap-cells' | 'table';
  typeVersion: [0, 1];
  executedQueryString: string;
  notices?: Notice[];
  /** In Explore, which would draw a graph of any table that has times. */
  preferredVisualisationType?: 'table';
  /** The panel that draws it in Explore. */
  preferredVisualisationPluginId?: 'heatmap';
  custom?: { nextCursor: string };
}

export interface FrameField {
  name: string;
  type: 'time' | 'number' | 'string';
  /** Nullable, except for the time of a series: alerting takes only times that are always there. */
  typeInfo: { frame: 'time.Time' } | { frame: 'float64' | 'string' | 'time.Time'; nullable: true };
  labels?: Record<string, string>;
  /** `interval` in ms. */
  config?: { unit?: string; displayNameFromDS?: string; interval?: number };
}

/** What Grafana takes for an answer without data. */
export function emptyFrame(refId: string, meta: FrameMeta): Frame {
  return { schema: { refId, meta, fields: [] }, data: { values: [] } };
}

export function numberField(name: string, rest: Pick<FrameField, 'labels' | 'config'>): FrameField {
  return { name, type: 'number', typeInfo: { frame: 'float64', nullable: true }, ...rest };
}
