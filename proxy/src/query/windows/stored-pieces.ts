import { Temporal } from 'temporal-polyfill';
import { offsetSpans } from '../../time/time-zone.ts';

/**
 * The stored times (ms since 1970, read as if they were UTC) below `wallTo` that no earlier piece holds. Their bucket's
 * index is ⌊(seconds + shiftSeconds) / widthSeconds⌋, of a dividend ≥ 0, or `index` for all of them.
 */
export type Piece = { wallTo: number } & ({ shiftSeconds: number } | { index: number });

/** A stretch of time over which neither zone's offset changes, and the stored times that are read as it. */
export interface StoredPiece {
  from: number;
  to: number;
  zoneOffset: number;
  storedOffset: number;
  /** Stored times `[wallFrom, wallTo)`; those before `clockFrom` are times that the clock skipped. */
  wallFrom: number;
  clockFrom: number;
  wallTo: number;
}

/**
 * Cuts `[from, to)` where the offset of either zone changes, and gives each piece its stored times. A stored hour that
 * occurs twice is read as its first occurrence, so the second one holds no rows and its piece may be empty. The pieces'
 * own times and `zone` are those of `shift` later.
 */
export function storedPieces(storedZone: string, zone: string, from: number, to: number, shift = 0): StoredPiece[] {
  const pieces: StoredPiece[] = [];
  let wallFrom = firstStoredTime(storedZone, from);
  for (const stored of offsetSpans(storedZone, from, to)) {
    for (const span of offsetSpans(zone, stored.from + shift, stored.to + shift)) {
      const clockFrom = span.from - shift + stored.offset;
      const wallTo = Math.max(wallFrom, span.to - shift + stored.offset);
      pieces.push({ ...span, zoneOffset: span.offset, storedOffset: stored.offset, wallFrom, clockFrom, wallTo });
      wallFrom = wallTo;
    }
  }
  return pieces;
}

/** The first stored time that is read as `from` or later. */
function firstStoredTime(storedZone: string, from: number): number {
  const here = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(storedZone);
  const wall = from + here.offsetNanoseconds / 1e6;
  const change = here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  if (change === null) {
    return wall;
  }
  const wallAtChange = change.epochMilliseconds + change.subtract({ nanoseconds: 1 }).offsetNanoseconds / 1e6;
  // At the change itself begin the times that it skipped; times that it repeats were read before it.
  return change.epochMilliseconds === from ? wallAtChange : Math.max(wall, wallAtChange);
}

/** The stored times of all pieces, `[wallFrom, wallTo)`. */
export function wallRange(pieces: StoredPiece[]): { wallFrom: number; wallTo: number } {
  return { wallFrom: pieces[0]?.wallFrom ?? 0, wallTo: pieces.at(-1)?.wallTo ?? 0 };
}

/** Joins neighbours that are shifted by the same. */
export function joinAlike(pieces: Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (
      last !== undefined &&
      'shiftSeconds' in last &&
      'shiftSeconds' in piece &&
      last.shiftSeconds === piece.shiftSeconds
    ) {
      last.wallTo = piece.wallTo;
    } else {
      joined.push({ ...piece });
    }
  }
  return joined;
}

/** The stored times of a piece, shifted; those that the clock skipped all have the index of its first instant. */
export function rulePieces(piece: StoredPiece, firstIndex: number, shiftSeconds: number): Piece[] {
  const { wallFrom, clockFrom, wallTo } = piece;
  return [
    ...(clockFrom > wallFrom ? [{ wallTo: Math.min(clockFrom, wallTo), index: firstIndex }] : []),
    ...(wallTo > Math.max(clockFrom, wallFrom) ? [{ wallTo, shiftSeconds }] : []),
  ];
}

/** The stored times in `(wallFrom, wallTo)` at which an index of `pieces` may change, ascending. */
export function pieceCuts(pieces: readonly Piece[], widthSeconds: number, wallFrom: number, wallTo: number): number[] {
  const cuts: number[] = [];
  let from = wallFrom;
  for (const [position, piece] of pieces.entries()) {
    const end = position === pieces.length - 1 ? wallTo : Math.min(piece.wallTo, wallTo);
    if ('shiftSeconds' in piece) {
      const shift = piece.shiftSeconds * 1000;
      const width = widthSeconds * 1000;
      for (let cut = Math.floor((from + shift) / width + 1) * width - shift; cut < end; cut += width) {
        cuts.push(cut);
      }
    }
    if (end > from && end < wallTo) {
      cuts.push(end);
    }
    from = Math.max(from, end);
  }
  return cuts;
}

/** The index that a stored time has by `pieces`. */
export function pieceIndex(pieces: readonly Piece[], widthSeconds: number, wall: number): number {
  // Asked for every cell and nearly always about the only one.
  const piece = pieces.length === 1 ? pieces[0] : (pieces.find(({ wallTo }) => wall < wallTo) ?? pieces.at(-1));
  if (piece === undefined) {
    return 0;
  }
  return 'index' in piece ? piece.index : Math.floor((Math.floor(wall / 1000) + piece.shiftSeconds) / widthSeconds);
}
