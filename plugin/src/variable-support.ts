import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { from, map, of, type Observable } from 'rxjs';
import { VariableQueryEditor } from './components/VariableQueryEditor';
import { type AiMetricsDataSource } from './datasource';
import { type AiMetricsOptions, type AiMetricsQuery, type DimensionQuery } from './types';

/** Query variables: the values of a dimension in the dashboard's time range. */
export class DimensionVariableSupport extends CustomVariableSupport<
  AiMetricsDataSource,
  DimensionQuery,
  AiMetricsQuery,
  AiMetricsOptions
> {
  readonly editor = VariableQueryEditor;
  private readonly datasource: AiMetricsDataSource;

  constructor(datasource: AiMetricsDataSource) {
    super();
    this.datasource = datasource;
  }

  getDefaultQuery(): Partial<DimensionQuery> {
    return { dimension: 'provider', filters: [], search: '' };
  }

  query({ targets, range, scopedVars }: DataQueryRequest<DimensionQuery>): Observable<DataQueryResponse> {
    const [target] = targets;
    if (!target?.dimension) {
      return of({ data: [] });
    }
    const { dimension, filters, search } = target;
    const answer = this.datasource.getDimensionValues(dimension, { range, search, filters, scopedVars });
    return from(answer).pipe(map(({ values }) => ({ data: values.map((value) => ({ text: value, value })) })));
  }
}
