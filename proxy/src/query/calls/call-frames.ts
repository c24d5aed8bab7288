import type { CallsAnswer } from './answer-calls.ts';
import { callColumns } from './call-columns.ts';
import { emptyFrame, type Frame, type FrameField, type FrameMeta } from '../output/frame.ts';
import { grafanaUnit } from '../output/units.ts';

const goTypes = { text: 'string', time: 'time.Time', number: 'float64' } as const;
const frameTypes = { text: 'string', time: 'time', number: 'number' } as const;

/** A table with a row per call; without calls one frame without fields. The next cursor is in `meta.custom`. */
export function callFrames(answer: CallsAnswer, refId: string, currency: string): Frame[] {
  const { calls, nextCursor, executedQuery } = answer;
  const meta: FrameMeta = {
    type: 'table',
    typeVersion: [0, 1],
    executedQueryString: executedQuery,
    preferredVisualisationType: 'table',
    ...(nextCursor === null ? {} : { custom: { nextCursor } }),
  };
  if (calls.length === 0) {
    return [emptyFrame(refId, meta)];
  }
  const fields = callColumns.map(({ name, label, type, ...rest }): FrameField => ({
    name,
    type: frameTypes[type],
    typeInfo: { frame: goTypes[type], nullable: true },
    config: { ...('unit' in rest ? { unit: grafanaUnit(rest, currency) } : {}), displayNameFromDS: label },
  }));
  return [
    {
      schema: { refId, meta, fields },
      data: { values: callColumns.map(({ name }) => calls.map((call) => call[name])) },
    },
  ];
}
