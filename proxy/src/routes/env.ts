import type { PrincipalEnv } from '../auth/principal.ts';

/** What a request's context holds. `principal` is there on every route behind sign-in. */
export interface Env {
  Variables: PrincipalEnv['Variables'] & {
    requestId: string;
    /** Canonical, from the socket or a trusted proxy; `unknown` without a socket. */
    clientAddress: string;
  };
}
