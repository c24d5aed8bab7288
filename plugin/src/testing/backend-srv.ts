import { type BackendSrv, type BackendSrvRequest, setBackendSrv } from '@grafana/runtime';
import { defer, of, throwError } from 'rxjs';

type Answer = { body: unknown } | { status: number; body: unknown };

export interface Backend {
  /** What was asked, in order. */
  requests: BackendSrvRequest[];
  /** What is answered to resource paths; may be changed at any time. */
  answers: Record<string, Answer>;
}

/** Puts a back end in the place of Grafana's server: it answers by the last part of the address after `/resources/`. */
export function installBackend(answers: Record<string, Answer>): Backend {
  const backend: Backend = { requests: [], answers };
  const fetch = (request: BackendSrvRequest) =>
    defer(() => {
      backend.requests.push(request);
      const path = request.url.split('/resources/')[1] ?? request.url.split('?')[0] ?? '';
      const answer = backend.answers[path] ?? { status: 404, body: { message: `no answer for ${path}` } };
      return 'status' in answer
        ? throwError(() => ({ status: answer.status, statusText: 'Error', data: answer.body, config: request }))
        : of({ status: 200, data: answer.body });
    });
  setBackendSrv({ fetch } as unknown as BackendSrv);
  return backend;
}
