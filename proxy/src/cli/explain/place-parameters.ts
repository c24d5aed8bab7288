/** A statement with its parameters in their places, to read it and to run it by hand. */
export function placeParameters(sql: string, parameters: readonly unknown[]): string {
  const left = [...parameters];
  return sql.replace(/`[^`]*`|"[^"]*"|'(?:[^'\\]|\\.|'')*'|\?/g, (token) =>
    token === '?' ? literal(left.shift()) : token
  );
}

function literal(value: unknown): string {
  if (value === null || value === undefined) {
    return 'NULL';
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return String(value);
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
