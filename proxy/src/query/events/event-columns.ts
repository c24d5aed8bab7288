import { type FoundEvent, events } from './events.ts';

/** What is answered of an event, in this order. Grafana's annotations take `time`, `title`, `text` and `tags`. */
export const eventColumns = [
  { name: 'time', label: 'Time', type: 'time' },
  { name: 'event', label: 'Event', type: 'text' },
  { name: 'title', label: 'Title', type: 'text' },
  { name: 'text', label: 'Text', type: 'text' },
  { name: 'tags', label: 'Tags', type: 'text' },
  { name: 'provider', label: 'Provider', type: 'text' },
  { name: 'model_name', label: 'Model', type: 'text' },
] as const;

type TextColumn = Extract<(typeof eventColumns)[number], { type: 'text' }>['name'];

/** An event in words. `time` is ms since 1970; null is what the event has nothing to do with. */
export type EventRow = { time: number } & Record<TextColumn, string | null>;

/** Puts an event into words; amounts are in `currency`. */
export function describeEvent(found: FoundEvent, currency: string): EventRow {
  const { event, time } = found;
  const title = events.find(({ name }) => name === event)?.label ?? event;
  switch (found.event) {
    case 'new_model': {
      const { provider, model_name } = found;
      const text = `First call of ${model_name} (${provider})`;
      return { time, event, title, text, tags: tags(event, provider, model_name), provider, model_name };
    }
    case 'budget_crossed': {
      const { month, cost, budget } = found;
      const text = `The cost of ${month} reached the budget: ${amount(cost, currency)} of ${amount(budget, currency)}`;
      return { time, event, title, text, tags: tags(event), provider: null, model_name: null };
    }
    default:
      return found satisfies never;
  }
}

// Grafana splits tags at commas.
function tags(...names: string[]): string {
  return [...new Set(names.map((name) => name.replaceAll(',', ' ')))].join(',');
}

function amount(value: number, currency: string): string {
  // To the cent, but less than 1 with all that the costs of calls have.
  const maximumFractionDigits = value < 1 ? 8 : 2;
  const text = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits }).format(value);
  return `${currency} ${text}`;
}
