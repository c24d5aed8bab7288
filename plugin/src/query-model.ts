import type { QueryInput } from '../../proxy/src/query/schema.ts';

/**
 * The proxy's query model, as it is saved: its fields may be missing (a new query) or name a template variable.
 * Only the type is taken from the proxy, so that both can't drift apart; what is valid the proxy alone decides.
 */
export type QueryModel = Partial<Omit<QueryInput, 'interval'>> & { interval?: string };

export type QueryKind = NonNullable<QueryInput['kind']>;
export type QueryFill = NonNullable<QueryInput['fill']>;
export type QueryShape = NonNullable<QueryInput['shape']>;
export type QueryFilter = NonNullable<QueryInput['filters']>[number];
export type FilterOperator = QueryFilter['operator'];
