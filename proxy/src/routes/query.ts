import { Hono } from 'hono';
import { z } from 'zod';
import { databaseError } from '../database/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import { ApiError } from '../errors.ts';
import type { Frame } from '../query/output/frame.ts';
import { answerFrames } from '../query/output/frames.ts';
import type { QueryRunner } from '../query/run.ts';
import type { Env } from './env.ts';
import { readJsonBody } from './json-body.ts';
import { readInput } from '../read-input.ts';
import { publicMessage } from './respond.ts';
import { isTimeZone } from '../time/time-zone.ts';

const identifier = z.string().max(256);
const givenName = /^[\w/+-]{1,40}$/;

const batchSchema = z.strictObject({
  queries: z
    .array(
      z.strictObject({
        refId: identifier.min(1),
        from: z.number(),
        to: z.number(),
        intervalMs: z.number().optional(),
        maxDataPoints: z.number().optional(),
        query: z.record(z.string(), z.unknown()),
      })
    )
    .min(1)
    .refine((queries) => new Set(queries.map(({ refId }) => refId)).size === queries.length, 'must not repeat a refId'),
  /** For logs, and the zone of questions that name none. Grants nothing. */
  context: z
    .strictObject({
      source: z.enum(['panel', 'explore', 'alert', 'unknown']),
      dashboardUid: identifier.optional(),
      panelId: identifier.optional(),
      ruleUid: identifier.optional(),
      timezone: z.string().refine(isTimeZone, 'must be an IANA time zone').optional(),
    })
    .default({ source: 'unknown' }),
});

type Batch = z.output<typeof batchSchema>;

/** What Grafana reads for each refId; its key set is closed. */
type QueryResult = { status: 200; frames: Frame[] } | { error: string; status: number; errorSource: 'downstream' };

/** `POST /query`: a batch for the data source, answered as data frames; an answer or an error per refId. */
export function queryRoutes({ config, log }: Dependencies, queries: QueryRunner): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/query', async (c) => {
    const batch = readInput(batchSchema, await readJsonBody(c, config.MAX_BODY_KIB));
    if (batch.queries.length > config.MAX_QUERIES_PER_BATCH) {
      throw new ApiError('query_too_large', `queries: at most ${String(config.MAX_QUERIES_PER_BATCH)} in one batch`);
    }
    const requestId = c.get('requestId');
    log.info({ event: 'queries', request_id: requestId, queries: batch.queries.length, ...loggable(batch.context) });
    const { person, caller } = c.get('principal');
    const alerting = caller.kind === 'scheduler' || batch.context.source === 'alert';

    const answerOne = async ({ refId, query, ...window }: Batch['queries'][number]): Promise<QueryResult> => {
      try {
        const asked = { ...window, alerting, defaultZone: batch.context.timezone };
        const answer = await queries.answer(query, asked, c.req.raw.signal, person);
        return { status: 200, frames: answerFrames(answer, refId, config.CURRENCY) };
      } catch (thrown) {
        c.req.raw.signal.throwIfAborted();
        const error = thrown instanceof ApiError ? thrown : databaseError(thrown);
        if (error.status >= 500) {
          log.error({
            event: 'query_failed',
            request_id: requestId,
            ...loggable({ ref_id: refId }),
            code: error.code,
            cause: describeCause(error.cause),
          });
        }
        const reference = error.status >= 500 ? ` (request_id ${requestId})` : '';
        return { error: publicMessage(error) + reference, status: error.status, errorSource: 'downstream' };
      }
    };

    const results = await Promise.all(
      batch.queries.map(async (query) => [query.refId, await answerOne(query)] as const)
    );
    return c.json({ results: Object.fromEntries(results) });
  });
  return routes;
}

/** Of what the caller named things, only what looks like a name that Grafana gives, or a time zone: anything can be sent. */
function loggable(names: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined && givenName.test(name)));
}
