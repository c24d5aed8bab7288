import { breakLines } from '../../src/cli/explain/break-lines.ts';

/** A statement of Kysely's over several lines, with its parameters as comments below. */
export function formatSql(sql: string, parameters: readonly unknown[]): string {
  const lines = breakLines(sql);
  const values = parameters.map((value, index) => `-- ${String(index + 1)}: ${JSON.stringify(value)}`);
  return `${[`${lines.join('\n')};`, ...values].join('\n')}\n`;
}
