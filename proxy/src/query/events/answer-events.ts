import type { FoundEvent } from './events.ts';
import { describeEventsExecution } from '../output/executed-query.ts';
import { findBudgetCrossings } from './find-budget-crossings.ts';
import { findNewModels } from './find-new-models.ts';
import { eventsNotices, type Notice } from '../output/notices.ts';
import type { QueryEnvironment } from '../query-environment.ts';
import { createWindowReader } from './read-window.ts';
import type { ResolvedEvents } from './resolve-events.ts';

export interface EventsAnswer {
  query: ResolvedEvents;
  /** In the order of their times. */
  events: FoundEvent[];
  notices: Notice[];
  executedQuery: string;
}

/** The rest of the path of a question about events: for each event what it needs is read, then it is found in that. */
export async function answerEvents(
  environment: QueryEnvironment,
  query: ResolvedEvents,
  signal: AbortSignal
): Promise<EventsAnswer> {
  const { read, segments } = createWindowReader(environment, query, signal);
  const models = query.events.includes('new_model') ? await findNewModels(query, read) : [];
  const { crossings, leftOut } =
    query.budget === null ? { crossings: [], leftOut: 0 } : await findBudgetCrossings(query, query.budget, read);
  const found = [...models, ...crossings].sort((a, b) => a.time - b.time);
  // The newest ones, where there are too many.
  const events = found.slice(-query.maxEvents);
  return {
    query,
    events,
    notices: eventsNotices(query, { answered: events.length, found: found.length, leftOut }),
    executedQuery: describeEventsExecution(query, segments),
  };
}
