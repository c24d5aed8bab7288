interface CallColumn {
  /** The column of `ai_metrics`. */
  name: string;
  label: string;
  type: 'text' | 'time' | 'number';
  /** A Grafana unit id; `currency` stands for that of the setting CURRENCY. */
  unit?: string;
  /** Can calls be put in its order? */
  sortable: boolean;
}

/** What is answered of a single call, in the order in which it is read: when, what, how long, for how much. */
export const callColumns = [
  { name: 'start_time', label: 'Start', type: 'time', sortable: true },
  { name: 'provider', label: 'Provider', type: 'text', sortable: false },
  { name: 'model_name', label: 'Model', type: 'text', sortable: false },
  { name: 'total_time', label: 'Duration', type: 'number', unit: 'ms', sortable: true },
  { name: 'cost', label: 'Cost', type: 'number', unit: 'currency', sortable: true },
  { name: 'total_tokens', label: 'Tokens', type: 'number', unit: 'none', sortable: true },
  { name: 'prompt_tokens', label: 'Prompt tokens', type: 'number', unit: 'none', sortable: false },
  { name: 'completion_tokens', label: 'Completion tokens', type: 'number', unit: 'none', sortable: false },
  { name: 'monitor_id', label: 'Monitor', type: 'text', sortable: false },
  { name: 'end_time', label: 'End', type: 'time', sortable: false },
  { name: 'id', label: 'Id', type: 'text', sortable: false },
] as const satisfies readonly CallColumn[];

type Column = (typeof callColumns)[number];
type NameOf<Kind> = Kind extends { name: infer Name } ? Name : never;
export type CallOrderName = NameOf<Extract<Column, { sortable: true }>>;

/** A single call. Times are ms since 1970; text is as it is stored; null is what the table has no value for. */
export type Call = { id: string; start_time: number } & Record<
  NameOf<Extract<Column, { type: 'text' }>>,
  string | null
> &
  Record<NameOf<Extract<Column, { type: 'time' | 'number' }>>, number | null>;

/** The columns that calls can be put in the order of. */
export const callOrders = callColumns.filter((column) => column.sortable);
