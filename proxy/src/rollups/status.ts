/** What a proxy knows of rollups, without asking a database. Ids are strings; times are ms since 1970. */
export type RollupStatus =
  | { state: 'off'; reason: string }
  /** This proxy doesn't build them now. */
  | { state: 'waiting'; reason: string }
  | BuildingStatus;

export const startingStatus: RollupStatus = { state: 'waiting', reason: 'The proxy is starting' };

/** This proxy builds them: from the calls that are there already (`filling`), or from new ones as they come. */
export interface BuildingStatus {
  state: 'filling' | 'following';
  /** Calls up to this id are in rollups; null before the first one. */
  watermark: string | null;
  blocks: number;
  calls: number;
  /** Of the whole table. */
  calls_estimate: number;
  /** How much of the table is in rollups, 0 to 100. */
  percent: number;
  /** While filling. */
  calls_per_second: number | null;
  /** All of them were compared with their rows since then; null where some never were. */
  audited_at: number | null;
}
