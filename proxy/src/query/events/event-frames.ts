import type { EventsAnswer } from './answer-events.ts';
import { describeEvent, eventColumns } from './event-columns.ts';
import { emptyFrame, type Frame, type FrameField, type FrameMeta } from '../output/frame.ts';

/** A table with a row per event, which Grafana reads as annotations; without events one frame without fields. */
export function eventFrames({ events, executedQuery }: EventsAnswer, refId: string, currency: string): Frame[] {
  const meta: FrameMeta = {
    type: 'table',
    typeVersion: [0, 1],
    executedQueryString: executedQuery,
    preferredVisualisationType: 'table',
  };
  if (events.length === 0) {
    return [emptyFrame(refId, meta)];
  }
  // Annotations find fields by the name that is displayed: apart from the case of letters it has to be the field's.
  const fields = eventColumns.map(({ name, label, type }): FrameField =>
    type === 'time'
      ? { name, type, typeInfo: { frame: 'time.Time' }, config: { displayNameFromDS: label } }
      : { name, type: 'string', typeInfo: { frame: 'string', nullable: true }, config: { displayNameFromDS: label } }
  );
  const rows = events.map((event) => describeEvent(event, currency));
  return [
    {
      schema: { refId, meta, fields },
      data: { values: eventColumns.map(({ name }) => rows.map((row) => row[name])) },
    },
  ];
}
