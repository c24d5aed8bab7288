import { z } from 'zod';
import type { Session } from './session.ts';

/** On whose behalf a request comes: a program's or person's own session, or one of the data source's three. */
export type Caller =
  | { kind: 'user' }
  /** `grafanaId` is Grafana's token for the person who is looking, undefined where none came. */
  | { kind: 'viewer'; grafanaId: string | undefined }
  | { kind: 'scheduler'; alertsAllowed: boolean }
  | { kind: 'health' };

/** Headers of a request as they came, undefined where absent; a header that came twice is its values with a comma. */
export interface CallerHeaders {
  caller: string | undefined;
  allowAlerts: string | undefined;
  grafanaId: string | undefined;
}

export const callerHeaderNames = {
  caller: 'X-AiMetrics-Caller',
  allowAlerts: 'X-AiMetrics-Allow-Alerts',
  grafanaId: 'X-Grafana-Id',
} as const;

const callerSchema = z.enum(['viewer', 'scheduler', 'health']);
/** The caller that a header names, for the log, where it is one that there is. */
export function namedCaller(header: string | undefined): string | undefined {
  return callerSchema.safeParse(header).data;
}

const allowAlertsSchema = z.enum(['true', 'false']);

/**
 * Who is calling, from the wire between the plugin and this proxy: only these three headers are ever considered.
 * `contradiction`: they are not what the plugin sends.
 */
export function readCaller(kind: Session['kind'], headers: CallerHeaders): Caller | { contradiction: string } {
  if (kind === 'user') {
    const isPlain = Object.values(headers).every((value) => value === undefined);
    return isPlain
      ? { kind: 'user' }
      : { contradiction: 'This session is not a data source: it sends no caller headers' };
  }
  const caller = callerSchema.safeParse(headers.caller);
  const allowAlerts = allowAlertsSchema.safeParse(headers.allowAlerts);
  if (!caller.success || !allowAlerts.success) {
    return { contradiction: 'A data source must say who calls, and whether alert rules are allowed' };
  }
  const name = caller.data;
  switch (name) {
    case 'viewer':
      return { kind: 'viewer', grafanaId: headers.grafanaId };
    case 'scheduler':
      return headers.grafanaId === undefined
        ? { kind: 'scheduler', alertsAllowed: allowAlerts.data === 'true' }
        : { contradiction: 'A scheduled rule has no Grafana identity' };
    case 'health':
      return { kind: 'health' };
    default:
      return name satisfies never;
  }
}
