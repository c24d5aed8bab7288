import { pageOf, type Tier } from './tiers.ts';

/** Cells of a tier in stored seconds since 1970: `[from, to)`. */
export interface Stretch {
  tier: Tier;
  from: number;
  to: number;
}

/** A page of all groups. */
export interface PageKey {
  tier: Tier;
  /** Its start in stored seconds since 1970. */
  page: number;
}

/** The pages that hold cells of the stretches. */
export function keysOf(stretches: readonly Stretch[]): PageKey[] {
  const keys = new Map<string, PageKey>();
  for (const { tier, from, to } of stretches) {
    for (let page = pageOf(tier, from); page < to; page += tier.pageSeconds) {
      keys.set(keyText({ tier, page }), { tier, page });
    }
  }
  return [...keys.values()];
}

export function keyText({ tier, page }: PageKey): string {
  return `${tier.name} ${String(page)}`;
}
