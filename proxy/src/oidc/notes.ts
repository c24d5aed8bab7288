import type { IncomingMessage } from 'node:http';

/** What oidc-provider wants a person to read: the route renders it as every other page. */
export type OidcPage =
  | { kind: 'error'; status: number; error: string; description: string | undefined }
  /** `form` is the library's, with its token against forgery. `isAsked`: Grafana itself asked for it, by its ID token. */
  | { kind: 'sign_out'; form: string; isAsked: boolean }
  | { kind: 'signed_out' };

/** What is worth a line in the audit log. */
export type OidcEvent =
  | { event: 'signed_out'; user_id: string }
  /** `reason` is an error code of OAuth 2.0 or OpenID Connect. */
  | { event: 'oidc_refused'; reason: string; detail: string | undefined };

/** What the library says of a request while it answers it, for the route that passed the request on. */
export interface OidcNotes {
  page?: OidcPage;
  event?: OidcEvent;
}

export type NotesOf = (incoming: IncomingMessage) => OidcNotes;

export function createNotes(): NotesOf {
  const notes = new WeakMap<IncomingMessage, OidcNotes>();
  return (incoming) => {
    const known = notes.get(incoming) ?? {};
    notes.set(incoming, known);
    return known;
  };
}
