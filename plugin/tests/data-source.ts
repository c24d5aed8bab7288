import { type APIRequestContext } from '@playwright/test';

/** The data source that is provisioned everywhere (docs/contract.md). */
export const DATA_SOURCE_UID = 'aitoys-ai-metrics';
export const PLUGIN_ID = 'aitoys-aimetrics-datasource';
export const DATA_SOURCE = { type: PLUGIN_ID, uid: DATA_SOURCE_UID };

/** The tests look for calls since the beginning of last month. */
export const TIME_RANGE = { from: 'now-1M/M', to: 'now' };

/** How the provisioned data source is called in Grafana's lists. */
export async function dataSourceName(request: APIRequestContext): Promise<string> {
  const response = await request.get(`/api/datasources/uid/${DATA_SOURCE_UID}`);
  if (!response.ok()) {
    throw new Error(`No data source ${DATA_SOURCE_UID}: is this Grafana provisioned? HTTP ${response.status()}`);
  }
  const { name } = await response.json();
  return name;
}
