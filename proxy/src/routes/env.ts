import type { PrincipalEnv } from '../auth/principal.ts';

/**
 * What a request's context holds. `principal` is there on every route behind sign-in; `clientAddress` is canonical, from the
 * socket or a trusted proxy, and `unknown` without a socket.
 */
export type Env = PrincipalEnv;
