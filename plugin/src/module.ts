import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/ConfigEditor';
import { QueryEditor } from './components/QueryEditor';
import { QueryHelp } from './components/QueryHelp';
import { AiMetricsDataSource } from './datasource';
import { type AiMetricsOptions, type AiMetricsQuery, type AiMetricsSecrets } from './types';

export const plugin = new DataSourcePlugin<AiMetricsDataSource, AiMetricsQuery, AiMetricsOptions, AiMetricsSecrets>(
  AiMetricsDataSource
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
