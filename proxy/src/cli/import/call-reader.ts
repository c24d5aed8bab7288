import type { NewCall } from '../../database/insert-calls.ts';
import { metricsColumns, type MetricsColumn, type MetricsSource } from '../../database/metrics-source.ts';
import { createValueParser, type Parsed, type ValueRule } from './parse-value.ts';
import { type Problem, quote } from './problem.ts';

/** Reads the fields of one line; what is wrong with them is added to `problems`. */
export type CallReader = (line: number, fields: string[], problems: Problem[]) => NewCall | undefined;

const rules: Record<MetricsColumn, Omit<ValueRule, 'required'>> = {
  id: { wholeFrom: 1 },
  monitor_id: {},
  provider: {},
  model_name: {},
  start_time: {},
  end_time: {},
  total_time: { wholeFrom: 0 },
  cost: {},
  total_tokens: { wholeFrom: 0 },
  prompt_tokens: { wholeFrom: 0 },
  completion_tokens: { wholeFrom: 0 },
};

/** Checks the header and makes the reader of the lines below it, or says what is wrong with the header. */
export function createCallReader(header: string[], source: MetricsSource): CallReader | Problem[] {
  const problems = checkHeader(header);
  if (problems.length > 0) {
    return problems;
  }
  const columns = (header as MetricsColumn[]).map((name) => ({
    name,
    parse: createValueParser(source.columns[name], {
      ...rules[name],
      required: name === 'start_time' || (name !== 'id' && !source.columns[name].nullable),
    }),
  }));
  return (line, fields, found) => {
    if (fields.length !== columns.length) {
      found.push({
        line,
        column: null,
        message: `has ${String(fields.length)} values; the header has ${String(columns.length)}`,
      });
      return undefined;
    }
    const values = new Map<MetricsColumn, string | null>();
    for (const [position, { name, parse }] of columns.entries()) {
      const parsed: Parsed = parse(fields[position] ?? '');
      if ('problem' in parsed) {
        found.push({ line, column: name, message: parsed.problem });
      } else {
        values.set(name, parsed.value);
      }
    }
    return values.size === columns.length ? toCall(values) : undefined;
  };
}

function checkHeader(header: string[]): Problem[] {
  const known = new Set<string>(metricsColumns);
  const problem = (message: string): Problem => ({ line: 1, column: null, message });
  const unknown = header.filter((name) => !known.has(name));
  const repeated = header.filter((name, position) => header.indexOf(name) !== position);
  const missing = metricsColumns.filter((name) => name !== 'id' && !header.includes(name));
  return [
    ...unknown.map((name) => problem(`the header names the column ${quote(name)}, which ai_metrics has not`)),
    ...[...new Set(repeated)].map((name) => problem(`the header names the column ${quote(name)} more than once`)),
    ...(missing.length === 0 ? [] : [problem(`the header has no ${missing.join(', ')}`)]),
  ];
}

function toCall(values: Map<MetricsColumn, string | null>): NewCall {
  const text = (name: MetricsColumn) => values.get(name) ?? null;
  const whole = (name: MetricsColumn) => {
    const value = text(name);
    return value === null ? null : BigInt(value);
  };
  const id = text('id');
  return {
    ...(id === null ? {} : { id }),
    monitor_id: text('monitor_id'),
    provider: text('provider'),
    model_name: text('model_name'),
    start_time: text('start_time') ?? '',
    end_time: text('end_time'),
    total_time: whole('total_time'),
    cost: text('cost'),
    total_tokens: whole('total_tokens'),
    prompt_tokens: whole('prompt_tokens'),
    completion_tokens: whole('completion_tokens'),
  };
}
