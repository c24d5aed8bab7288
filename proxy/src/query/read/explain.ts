import { AliasNode, ExpressionWrapper, type OperationNode, type OperationNodeSource, SelectQueryNode } from 'kysely';
import { z } from 'zod';
import type { EngineDialect } from '../../database/dialect.ts';
import type { Database } from '../../database/open-database.ts';
import type { MetricsTables } from '../../database/tables.ts';
import { runSelect } from './execute.ts';

/** How the server would read a table. */
export interface PlanStep {
  table: string;
  /** How it finds rows, such as `range`, or `ALL` for the whole table. */
  access: string;
  /** Null for the table itself. */
  index: string | null;
  /** About how many rows it would read. */
  rows: number;
}

// Null where the server can say without reading anything. Other engines of the protocol may have columns of their own.
const planSchema = z.array(
  z.object({
    table: z.string().nullish(),
    type: z.string().nullish(),
    key: z.string().nullish(),
    rows: z.coerce.number().nullish().catch(null),
  })
);

/**
 * How the server would read the calls of a statement, without reading them; null where it can't tell. Its own estimates
 * count: of long ranges it knows little more than that they are at most half of the table.
 */
export async function explainSelect(
  database: Database<MetricsTables>,
  select: OperationNodeSource,
  options: { signal: AbortSignal; dialect: EngineDialect }
): Promise<PlanStep[] | null> {
  const { explain } = options.dialect;
  if (explain === null) {
    return null;
  }
  const statement = explain(new ExpressionWrapper(innermost(select.toOperationNode())));
  const rows = await runSelect(
    { execute: async (abort) => (await statement.execute(database.kysely, abort)).rows },
    options
  );
  return planSchema.parse(rows).flatMap(({ table, type, key, rows: estimate }) =>
    // Such as <union1,2>: what was read already.
    table == null || table.startsWith('<') || estimate == null
      ? []
      : [{ table, access: type ?? '', index: key ?? null, rows: estimate }]
  );
}

/**
 * The part of a statement that reads the table, without the statements around it: to plan those, MySQL runs what is inside
 * them where that has one row.
 */
function innermost(node: OperationNode): OperationNode {
  const [from, ...others] = SelectQueryNode.is(node) ? (node.from?.froms ?? []) : [];
  return from !== undefined && others.length === 0 && AliasNode.is(from) && SelectQueryNode.is(from.node)
    ? innermost(from.node)
    : node;
}
