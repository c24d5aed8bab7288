import { numberOperators, textOperators } from '../model/schema.ts';

/** The label of missing or empty text. */
export const noneLabel = '(none)';

/** The label of all groups that `top` does not name, and of that text itself. */
export const otherLabel = '(other)';

interface DimensionDefinition {
  name: 'provider' | 'model_name' | 'monitor_id';
  label: string;
  description: string;
  /** It may have so many values that a question grouped by it has to say which it wants. */
  needsTop: boolean;
}

/** Text columns that calls can be filtered and grouped by. */
export const dimensions = [
  { name: 'provider', label: 'Provider', description: 'Who was called.', needsTop: false },
  { name: 'model_name', label: 'Model', description: 'Which model answered.', needsTop: false },
  {
    name: 'monitor_id',
    label: 'Monitor',
    description: 'What the calling application was doing. May have very many values.',
    needsTop: true,
  },
] as const satisfies readonly DimensionDefinition[];

export type Dimension = (typeof dimensions)[number];
export type DimensionName = Dimension['name'];

/** The labels of one group, in the order of groupBy. */
export type Labels = readonly string[];

/** Number columns that calls can be filtered by. */
export const measures = [
  { name: 'total_time', label: 'Duration (ms)' },
  { name: 'cost', label: 'Cost' },
  { name: 'total_tokens', label: 'Tokens' },
  { name: 'prompt_tokens', label: 'Prompt tokens' },
  { name: 'completion_tokens', label: 'Completion tokens' },
] as const;

export type MeasureName = (typeof measures)[number]['name'];

/** What a filter may be about: its column, its kind and its operators. */
export const filterKeys = [
  ...dimensions.map(({ name, label }) => ({ key: name, label, type: 'text' as const, operators: textOperators })),
  ...measures.map(({ name, label }) => ({ key: name, label, type: 'number' as const, operators: numberOperators })),
];
