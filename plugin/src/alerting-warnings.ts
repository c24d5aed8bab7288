import { hasVariable } from './interpolation';
import { type QueryModel } from './query-model';

/** What in a query would break an alert rule, or make it judge something else than the panel shows. */
export function alertingWarnings(query: QueryModel): string[] {
  const { kind, metrics = [], filters = [], interval = 'auto', timezone = '', shape, legend = '' } = query;
  const warnings: string[] = [];
  if (kind !== 'summary' && interval === 'auto') {
    warnings.push(
      'The interval “auto” depends on the width of a panel, which a rule does not have: choose a fixed one.'
    );
  }
  if (kind === 'summary' && metrics.length > 1 && shape !== 'numbers') {
    warnings.push('A table with several metrics cannot be alerted on: choose the shape “Numbers”, or one metric.');
  }
  if (filters.some(({ values }) => values.length === 0)) {
    warnings.push('A filter without a value is an error in a rule: choose a value, or remove the filter.');
  }
  const texts = [...filters.flatMap(({ values }) => values.map(String)), interval, timezone, legend];
  const variables = [...new Set(texts.filter(hasVariable))];
  if (variables.length > 0) {
    warnings.push(`Alert rules know no template variables: put a value in place of ${variables.join(', ')}.`);
  }
  return warnings;
}
