import type { Logger } from '../logger.ts';

/** What of a request's context is needed here. */
interface RequestContext {
  get: (name: 'requestId' | 'clientAddress') => string;
}

/** The audit log, with the request that its lines are about: its id, and the address that it came from. */
export function requestAudit(auditLog: Logger, c: RequestContext): Logger {
  return auditLog.child({ request_id: c.get('requestId'), client: c.get('clientAddress') });
}
