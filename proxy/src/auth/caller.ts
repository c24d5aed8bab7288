import { z } from 'zod';
import type { Session } from './session.ts';

/** On whose behalf a request comes: a program's or person's own session, or one of the data source's three. */
export type Caller = 'user' | 'viewer' | 'scheduler' | 'health';

/** Headers of a request as they came, undefined where absent; a header that came twice is its values with a comma. */
export interface CallerHeaders {
  caller: string | undefined;
  allowAlerts: string | undefined;
  grafanaId: string | undefined;
}

export interface CallerRequest {
  kind: Session['kind'];
  /** Method and path below the mount, such as `POST /query`. */
  route: string;
  headers: CallerHeaders;
}

/** `contradiction`: the headers are not what the plugin sends (401). `forbidden`: this caller may not do this (403). */
export type CallerVerdict = { caller: Caller } | { refusal: 'contradiction' | 'forbidden'; message: string };

export const callerHeaderNames = {
  caller: 'X-AiMetrics-Caller',
  allowAlerts: 'X-AiMetrics-Allow-Alerts',
  grafanaId: 'X-Grafana-Id',
} as const;

const callerSchema = z.enum(['viewer', 'scheduler', 'health']);
const allowAlertsSchema = z.enum(['true', 'false']);

const schedulerRoute = 'POST /query';
// `GET /ready` needs no session.
const healthRoute = 'GET /user/info';

/** Who is calling, from the wire between the plugin and this proxy. Only these three headers are ever considered. */
export function identifyCaller({ kind, route, headers }: CallerRequest): CallerVerdict {
  if (kind === 'user') {
    const isPlain = Object.values(headers).every((value) => value === undefined);
    return isPlain
      ? { caller: 'user' }
      : contradiction('This session is not a data source: it sends no caller headers');
  }
  const caller = callerSchema.safeParse(headers.caller);
  const allowAlerts = allowAlertsSchema.safeParse(headers.allowAlerts);
  if (!caller.success || !allowAlerts.success) {
    return contradiction('A data source must say who calls, and whether alert rules are allowed');
  }
  const name = caller.data;
  switch (name) {
    case 'viewer':
      return { caller: name };
    case 'scheduler':
      return schedulerVerdict(route, headers, allowAlerts.data === 'true');
    case 'health':
      return route === healthRoute ? { caller: name } : forbidden('A health check may only ask who is signed in');
    default:
      return name satisfies never;
  }
}

function schedulerVerdict(route: string, headers: CallerHeaders, alertsAllowed: boolean): CallerVerdict {
  if (headers.grafanaId !== undefined) {
    return contradiction('A scheduled rule has no Grafana identity');
  }
  if (!alertsAllowed) {
    return forbidden('Alert rules are switched off in the settings of this data source');
  }
  return route === schedulerRoute ? { caller: 'scheduler' } : forbidden('A scheduled rule may only run queries');
}

function contradiction(message: string): CallerVerdict {
  return { refusal: 'contradiction', message };
}

function forbidden(message: string): CallerVerdict {
  return { refusal: 'forbidden', message };
}
