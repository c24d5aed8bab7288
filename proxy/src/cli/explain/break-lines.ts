const indent = '  ';

/**
 * Breaks before clauses and `and`, and after commas, where they are no deeper than their statement or its condition.
 * Statements within statements are indented.
 */
export function breakLines(sql: string): string[] {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  // The depths of the statements that the token is in.
  const statements = [0];
  const start = (text: string) => {
    if (line.trim() !== '') {
      lines.push(line.trimEnd());
    }
    line = indent.repeat(statements.length - 1) + text;
  };
  for (const [token] of sql.replace(/\s+/g, ' ').matchAll(tokens)) {
    if (token === 'select' && line.endsWith('(')) {
      statements.push(depth);
    }
    if (token === '(') {
      depth += 1;
    } else if (token === ')') {
      depth -= 1;
    }
    const within = depth - (statements.at(-1) ?? 0);
    if (within < 0) {
      statements.pop();
      start(token);
    } else if (within === 0 && clause.test(token)) {
      start(token);
    } else if (token === 'and' && within <= 1 && lines.length > 0) {
      start(`${indent}and`);
    } else if (within === 0 && token === ',') {
      line += token;
      start(indent.slice(1));
    } else {
      line += token;
    }
  }
  start('');
  return lines;
}

const tokens = /`[^`]*`|'[^']*'|"[^"]*"|\b(?:group by|order by|select|from|where|limit|and)\b|[(),]|[^`'"(),\s]+|\s/g;
const clause = /^(?:select|from|where|group by|order by|limit)$/;
