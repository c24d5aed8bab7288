interface EventDefinition {
  name: string;
  label: string;
  description: string;
  /** The members of the query's `parameters` that it needs. */
  parameters: readonly 'budget'[];
}

/** Every event, declared once: what happened and when, for annotations. */
export const events = [
  {
    name: 'new_model',
    label: 'New model',
    description:
      'The first call of a model of a provider: there is none before it, looking back from the end of the time range as far as a question may.',
    parameters: [],
  },
  {
    name: 'budget_crossed',
    label: 'Budget crossed',
    description:
      'The minute in which the cost of a calendar month reached the budget, once a month at the most. Calls without a cost are left out.',
    parameters: ['budget'],
  },
] as const satisfies readonly EventDefinition[];

export type EventName = (typeof events)[number]['name'];

/** A pair of provider and model that was called for the first time. Times are ms since 1970. */
export interface NewModel {
  event: 'new_model';
  time: number;
  provider: string;
  model_name: string;
}

/** The minute, by its start, in which the cost of a month reached the budget. */
export interface BudgetCrossed {
  event: 'budget_crossed';
  time: number;
  /** Such as `May 2026`. */
  month: string;
  /** Of the month up to the end of that minute. */
  cost: number;
  budget: number;
}

export type FoundEvent = NewModel | BudgetCrossed;
