import {
  type AdHocVariableFilter,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type GetTagResponse,
  type MetricFindValue,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { config, DataSourceWithBackend, getTemplateSrv, hasPermission, type TemplateSrv } from '@grafana/runtime';
import { map, type Observable, throwError } from 'rxjs';
import { adHocFilters, refusedFilters } from './ad-hoc-filters';
import { annotationSupport } from './annotation-support';
import { linkToCalls } from './call-links';
import { type Catalog, readCatalog } from './catalog';
import { type DimensionValues, readDimensionValues } from './dimension-values';
import { windowOf } from './explore-url';
import { filterParameter } from './filter-parameter';
import { interpolateQuery } from './interpolate-query';
import { ianaZone, interpolateFilters, interpolateSearch } from './interpolation';
import { type QueryFilter } from './query-model';
import { queryText } from './query-text';
import { requestErrorText } from './request-error';
import { type AiMetricsOptions, type AiMetricsQuery } from './types';
import { DimensionVariableSupport } from './variable-support';

export interface DimensionValuesRequest {
  range?: TimeRange;
  search?: string;
  filters?: QueryFilter[];
  scopedVars?: ScopedVars;
}

export class AiMetricsDataSource extends DataSourceWithBackend<AiMetricsQuery, AiMetricsOptions> {
  /** Zone of queries that name none, as the data source's settings have it. */
  readonly defaultZone: string;
  readonly variables: DimensionVariableSupport;
  readonly annotations = annotationSupport;
  private readonly templateSrv: TemplateSrv;
  private catalog: Promise<Catalog> | undefined;

  constructor(instanceSettings: DataSourceInstanceSettings<AiMetricsOptions>, templateSrv = getTemplateSrv()) {
    super(instanceSettings);
    this.defaultZone = instanceSettings.jsonData.timezone || 'UTC';
    this.templateSrv = templateSrv;
    this.variables = new DimensionVariableSupport(this);
  }

  getDefaultQuery(): Partial<AiMetricsQuery> {
    return { schemaVersion: 1, kind: 'timeseries', metrics: ['requests'], groupBy: [], filters: [], interval: 'auto' };
  }

  filterQuery(query: AiMetricsQuery): boolean {
    return !query.hide && (query.kind === 'calls' || (query.metrics ?? []).length > 0);
  }

  getQueryDisplayText(query: AiMetricsQuery): string {
    return queryText(query);
  }

  query(request: DataQueryRequest<AiMetricsQuery>): Observable<DataQueryResponse> {
    const refused = refusedFilters(request.filters);
    if (refused) {
      return throwError(() => new Error(refused));
    }
    const zoned = inItsZone(request);
    return super.query(zoned).pipe(map((response) => this.withCallLinks(response, zoned)));
  }

  applyTemplateVariables(query: AiMetricsQuery, scopedVars: ScopedVars, filters?: AdHocVariableFilter[]) {
    const narrowed = { ...query, filters: [...(query.filters ?? []), ...adHocFilters(filters)] };
    return interpolateQuery(narrowed, this.templateSrv, scopedVars);
  }

  /** What an ad hoc filter may look at: the same as a query's own. */
  async getTagKeys(): Promise<GetTagResponse> {
    return tags(async () => {
      const { filters } = await this.getCatalog();
      return filters.map(({ key, label }) => ({ text: label, value: key }));
    });
  }

  /** The values that fit the time range and the other ad hoc filters. Numbers are for the viewer to type. */
  async getTagValues(options: DataSourceGetTagValuesOptions<AiMetricsQuery>): Promise<GetTagResponse> {
    const { key, timeRange, filters } = options;
    return tags(async () => {
      const refused = refusedFilters(filters);
      if (refused) {
        throw new Error(refused);
      }
      const catalog = await this.getCatalog();
      if (!catalog.filters.some((filter) => filter.key === key && filter.suggest)) {
        return [];
      }
      const { values } = await this.getDimensionValues(key, { range: timeRange, filters: adHocFilters(filters) });
      return values.map((value) => ({ text: value, value }));
    });
  }

  /** What the proxy can answer, asked for once. A failure is not kept. */
  getCatalog(): Promise<Catalog> {
    this.catalog ??= this.ask('catalog')
      .then(readCatalog)
      .catch((error: unknown) => {
        this.catalog = undefined;
        throw error;
      });
    return this.catalog;
  }

  /** The values that a dimension has in a time range (without one: in the last 24 hours), sorted by name. */
  async getDimensionValues(name: string, request: DimensionValuesRequest): Promise<DimensionValues> {
    const { range, search, filters, scopedVars = {} } = request;
    const body = await this.ask(`dimensions/${encodeURIComponent(name)}/values`, {
      from: range?.from.valueOf(),
      to: range?.to.valueOf(),
      search: interpolateSearch(search, this.templateSrv, scopedVars),
      filter: interpolateFilters(filters, this.templateSrv, scopedVars).map(filterParameter),
    });
    return readDimensionValues(body);
  }

  /** The dashboard's variables, as they are written into a query. */
  getVariableNames(): string[] {
    return this.templateSrv.getVariables().map(({ name }) => `$${name}`);
  }

  /** Links are for those who may use Explore: Grafana itself looks at that only in Explore. */
  private withCallLinks(response: DataQueryResponse, request: DataQueryRequest<AiMetricsQuery>): DataQueryResponse {
    if (!config.exploreEnabled || !hasPermission('datasources:explore')) {
      return response;
    }
    const { targets, range, scopedVars, filters } = request;
    const data = targets
      .map((target) => this.applyTemplateVariables(target, scopedVars, filters))
      .reduce(
        (frames, query) => linkToCalls(frames, { ...query, datasource: this.getRef() }, windowOf(range)),
        response.data
      );
    return { ...response, data };
  }

  /** Asks one of the proxy's GET routes through the back end; a failure has the proxy's own words as its message. */
  private async ask(path: string, parameters?: Record<string, unknown>): Promise<unknown> {
    try {
      // The editor says its errors itself: no pop-up beside it.
      return await this.getResource<unknown>(path, parameters, { showErrorAlert: false });
    } catch (error) {
      throw new Error(requestErrorText(error), { cause: error });
    }
  }
}

/** Grafana's own `$__timezone` is the profile's in Explore, says "utc" in small letters, and knows no panel's zone. */
function inItsZone(request: DataQueryRequest<AiMetricsQuery>): DataQueryRequest<AiMetricsQuery> {
  if (!request.timezone) {
    return request;
  }
  const zone = ianaZone(request.timezone);
  return { ...request, scopedVars: { ...request.scopedVars, __timezone: { text: zone, value: zone } } };
}

/** Grafana shows the error beside the filters; a promise that fails it would not show at all. */
async function tags(load: () => Promise<MetricFindValue[]>): Promise<GetTagResponse> {
  try {
    return { data: await load() };
  } catch (error) {
    return { data: [], error: { message: error instanceof Error ? error.message : String(error) } };
  }
}
