import { singleBucket } from '../windows/buckets.ts';
import type { NewModel } from './events.ts';
import { groupDimensions } from '../dimensions/group-dimensions.ts';
import type { ReadWindow, WindowGroup } from './read-window.ts';
import type { ResolvedEvents } from './resolve-events.ts';
import type { TimeRange } from '../resolve/resolve-range.ts';

const groupBy = groupDimensions.filter(({ name }) => name === 'provider' || name === 'model_name');
const day = 86_400_000;

/** The first calls of pairs of provider and model in the range that have none before it. */
export async function findNewModels(query: ResolvedEvents, read: ReadWindow): Promise<NewModel[]> {
  const readPairs = (...ranges: TimeRange[]) =>
    read({
      metric: 'first_seen',
      groupBy,
      grids: ranges.map(({ from, to }) => singleBucket(query.storedZone, from, to)),
    });
  // Most models are called every day: longer and longer stretches are read only as long as some were not met.
  let length = day;
  let before = stretchBefore(query.from, length, query);
  const first = before.from < before.to ? [query, before] : [query];
  let unknown = (await readPairs(...first)).filter(({ columns: [, earlier = null] }) => earlier === null);
  while (unknown.length > 0 && before.from > query.lookBackTo) {
    length *= 8;
    before = stretchBefore(before.from, length, query);
    const met = new Set((await readPairs(before)).map(keyOf));
    unknown = unknown.filter((group) => !met.has(keyOf(group)));
  }
  return unknown.flatMap(({ labels: [provider = '', model_name = ''], columns: [asked] }) => {
    const firstSeen = asked?.value('firstSeen', 0) ?? null;
    return firstSeen === null ? [] : [{ event: 'new_model', time: firstSeen, provider, model_name }];
  });
}

/** At most `length` ms that end at `to`, not further back than the question may look. */
function stretchBefore(to: number, length: number, { lookBackTo }: ResolvedEvents): TimeRange {
  return { from: Math.max(lookBackTo, to - length), to };
}

function keyOf({ labels }: WindowGroup): string {
  return JSON.stringify(labels);
}
