import type { QueryInput } from '../../proxy/src/query/model/schema.ts';

/** A number, or a text with a template variable that stands for one. */
export type NumberOrVariable = number | string;

type WithVariables = 'interval' | 'compare' | 'top' | 'order' | 'limit' | 'parameters';

/**
 * The proxy's query model, as it is saved: its fields may be missing (a new query) or name a template variable.
 * Only the type is taken from the proxy, so that both can't drift apart; what is valid the proxy alone decides.
 */
export type QueryModel = Partial<Omit<QueryInput, WithVariables>> & {
  interval?: string;
  compare?: string;
  top?: { limit: NumberOrVariable; by: string; other?: boolean };
  order?: { by: string; direction?: string };
  limit?: NumberOrVariable;
  parameters?: Partial<Record<ParameterName, NumberOrVariable>>;
};

export type ParameterName = keyof NonNullable<QueryInput['parameters']>;
export type QueryPeriod = NonNullable<QueryInput['period']>;
export type QueryTop = NonNullable<QueryModel['top']>;
export type QueryOrder = NonNullable<QueryModel['order']>;

export type QueryKind = NonNullable<QueryInput['kind']>;
export type QueryFill = NonNullable<QueryInput['fill']>;
export type QueryShape = NonNullable<QueryInput['shape']>;
export type QueryComparison = NonNullable<QueryInput['compare']>;
export type QueryFilter = NonNullable<QueryInput['filters']>[number];
export type FilterOperator = QueryFilter['operator'];
