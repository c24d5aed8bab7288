import { type DataSourceJsonData } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';
import { type QueryFilter, type QueryModel } from './query-model';

/** A saved query: the proxy's query model, flat beside Grafana's own keys, which Go takes off again. */
export interface AiMetricsQuery extends DataQuery, QueryModel {}

/** A query variable: the values that a dimension has in the dashboard's time range. */
export interface DimensionQuery extends DataQuery {
  dimension: string;
  filters?: QueryFilter[];
  search?: string;
}

/** Settings that every viewer's browser may read. The data source's own `url` and `basicAuth` stay empty. */
export interface AiMetricsOptions extends DataSourceJsonData {
  /** Address of the proxy as Grafana's server reaches it. */
  proxyUrl?: string;
  /** Zone of queries that name none (IANA); without it UTC. */
  timezone?: string;
  timeoutSeconds?: number;
  /** Lets scheduled rules, which run as no person, ask the proxy. */
  allowAlerts?: boolean;
}

/** Settings that only the back end ever reads. */
export interface AiMetricsSecrets {
  login?: string;
  password?: string;
}
