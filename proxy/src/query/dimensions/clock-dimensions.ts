import { sql } from 'kysely';
import type { GroupDimension, KeyRange } from './group-dimension.ts';
import { joinAlike, type Piece, pieceCuts, pieceIndex, rulePieces, storedPieces } from '../windows/stored-pieces.ts';
import { storedTimeCase } from '../windows/stored-time-case.ts';

const hour = 3600;
const day = 24 * hour;
const week = 7 * day;
const unixEpochWeekday = 3; // 1970-01-01 was a Thursday, three days after a Monday.

/** Labels that come again and again on the local clock, each for as long; the first begins at `phaseSeconds` before 1970. */
interface Cycle {
  widthSeconds: number;
  phaseSeconds: number;
  labels: readonly string[];
}

export const hourOfDay = clockDimension(
  {
    name: 'hour_of_day',
    label: 'Hour of day',
    description: 'The hour of the local clock at which the call started: 00 to 23.',
  },
  {
    widthSeconds: hour,
    phaseSeconds: 0,
    labels: Array.from({ length: 24 }, (_, index) => String(index).padStart(2, '0')),
  }
);

export const dayOfWeek = clockDimension(
  { name: 'day_of_week', label: 'Day of week', description: 'The local weekday on which the call started.' },
  {
    widthSeconds: day,
    phaseSeconds: unixEpochWeekday * day,
    labels: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  }
);

/** Its key is the label's position. An hour that comes twice is the same label both times. */
function clockDimension(texts: Pick<GroupDimension, 'name' | 'label' | 'description'>, cycle: Cycle): GroupDimension {
  const { widthSeconds, labels } = cycle;
  return {
    ...texts,
    needsTop: false,
    size: labels.length,
    zoned: true,
    key: (columns, { dialect, ...range }) => {
      const seconds = dialect.wallSeconds(columns.ref('start_time'));
      const position = (piece: Piece) =>
        'index' in piece
          ? sql<number>`${piece.index}`
          : sql<number>`(${dialect.floorDivide(sql<number>`${seconds} + ${piece.shiftSeconds}`, widthSeconds)}) % ${labels.length}`;
      return storedTimeCase(
        cyclePieces(cycle, range).map((piece) => ({ below: piece.wallTo, value: position(piece) })),
        columns
      );
    },
    rolledUp: {
      by: 'time',
      clock: (range) => {
        const pieces = cyclePieces(cycle, range);
        return {
          cuts: (wallFrom, wallTo) => pieceCuts(pieces, widthSeconds, wallFrom, wallTo),
          keyAt: (wall) => pieceIndex(pieces, widthSeconds, wall) % labels.length,
        };
      },
    },
    labelOf: (key) => {
      const label = labels[Number(key ?? Number.NaN)];
      if (label === undefined) {
        throw new RangeError(`The database put a row at position ${String(key)} of ${texts.name}`);
      }
      return label;
    },
    compare: (a, b) => labels.indexOf(a) - labels.indexOf(b),
  };
}

/** A label's position is ⌊(stored seconds + shiftSeconds) / widthSeconds⌋ mod the number of labels, or `index`. */
function cyclePieces({ widthSeconds, phaseSeconds, labels }: Cycle, { zone, storedZone, from, to }: KeyRange): Piece[] {
  const pieces = storedPieces(storedZone, zone, from, to).flatMap((piece) => {
    // A whole week more, of which both cycles are a part, so that no local time of 1970 is below 0.
    const phase = phaseSeconds + week;
    const firstSecond = (piece.from + piece.zoneOffset) / 1000;
    const firstPosition = Math.floor((firstSecond + phase) / widthSeconds) % labels.length;
    return rulePieces(piece, firstPosition, (piece.zoneOffset - piece.storedOffset) / 1000 + phase);
  });
  return joinAlike(pieces);
}
