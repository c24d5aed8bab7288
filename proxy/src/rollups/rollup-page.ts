import type { PartialName } from '../partials/partials.ts';
import type { Group } from './content.ts';
import { decodePartials, type PageColumns, storedPartials } from './page-codec.ts';
import type { Tier } from './tiers.ts';

/** A page of a group; a sketch that was not asked for may be null. */
export interface RollupPage {
  tier: Tier;
  /** Its start in stored seconds since 1970. */
  page: number;
  group: Group;
  partials: Buffer;
  latency: Buffer | null;
  cost: Buffer | null;
  /** The columns that were decoded so far: a page that is kept is used by many questions. */
  decoded: PageColumns | null;
}

/** The columns of `names`, and those that were asked for before. */
export function columnsOf(page: RollupPage, names: readonly PartialName[]): PageColumns {
  const known = page.decoded;
  const missing = new Set(names.filter((name) => known?.values[name] === undefined && isStored.has(name)));
  if (known !== null && missing.size === 0) {
    return known;
  }
  const { starts, values } = decodePartials(page.tier, page.page, page.partials, missing);
  page.decoded = { starts, values: { ...known?.values, ...values } };
  return page.decoded;
}

const isStored: ReadonlySet<PartialName> = new Set(storedPartials);
