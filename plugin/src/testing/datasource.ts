import { type DataSourceInstanceSettings, type PluginMeta } from '@grafana/data';
import { AiMetricsDataSource } from '../datasource';
import { type AiMetricsOptions } from '../types';
import { templateSrv } from './template-srv';

/** A data source as Grafana makes it from its settings. */
export function makeDataSource(variables = templateSrv(), jsonData: AiMetricsOptions = {}): AiMetricsDataSource {
  // Without `id`, which is deprecated and yet required by the type.
  const settings = {
    uid: 'aitoys-ai-metrics',
    type: 'aitoys-aimetrics-datasource',
    name: 'AI Metrics',
    access: 'proxy',
    readOnly: false,
    meta: { id: 'aitoys-aimetrics-datasource' } as PluginMeta & DataSourceInstanceSettings['meta'],
    jsonData,
  } as DataSourceInstanceSettings<AiMetricsOptions>;
  return new AiMetricsDataSource(settings, variables);
}
