import { singleBucket } from '../windows/buckets.ts';
import type { NewModel } from './events.ts';
import { groupDimensions } from '../dimensions/group-dimensions.ts';
import type { ReadWindow, WindowGroup } from './read-window.ts';
import type { ResolvedEvents } from './resolve-events.ts';

const groupBy = groupDimensions.filter(({ name }) => name === 'provider' || name === 'model_name');
const day = 86_400_000;

/** The first calls of pairs of provider and model in the range that have none before it. */
export async function findNewModels(query: ResolvedEvents, read: ReadWindow): Promise<NewModel[]> {
  const readPairs = (from: number, to: number) =>
    read({ metric: 'first_seen', groupBy, grid: singleBucket(query.storedZone, from, to) });
  const unknown = new Map((await readPairs(query.from, query.to)).map((group) => [keyOf(group), group]));
  // Most models are called every day: longer and longer stretches are read only as long as some were not met.
  let before = query.from;
  for (let length = day; unknown.size > 0 && before > query.lookBackTo; length *= 8) {
    const from = Math.max(query.lookBackTo, before - length);
    for (const group of await readPairs(from, before)) {
      unknown.delete(keyOf(group));
    }
    before = from;
  }
  return [...unknown.values()].flatMap(({ labels: [provider = '', model_name = ''], buckets }) => {
    const firstSeen = buckets.get(0)?.values.firstSeen ?? null;
    return firstSeen === null ? [] : [{ event: 'new_model', time: Number(firstSeen), provider, model_name }];
  });
}

function keyOf({ labels }: WindowGroup): string {
  return JSON.stringify(labels);
}
