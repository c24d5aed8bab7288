/** What the table's own comment says of a table that was made here. */
export interface Mark {
  /** `loading`: its making was interrupted, or is going on. */
  state: 'loading' | 'loaded';
  rows: number;
}

const maker = 'npm run bench';

export function loadingMark(rows: number): string {
  return `${maker}: loading ${String(rows)} generated calls`;
}

export function loadedMark(rows: number): string {
  return `${maker}: ${String(rows)} generated calls`;
}

/** Undefined where the table was not made here. */
export function readMark(comment: string): Mark | undefined {
  const match = new RegExp(`^${maker}: (loading )?(\\d+) generated calls$`).exec(comment);
  return match === null ? undefined : { state: match[1] === undefined ? 'loaded' : 'loading', rows: Number(match[2]) };
}
