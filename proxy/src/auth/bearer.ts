// RFC 6750 §2.1: one space, and a scheme that is compared without regard to case (RFC 9110 §11.1).
const credentials = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** The token of an `Authorization` header, or null for any other form, such as two headers joined by a comma. */
export function bearerToken(authorization: string | undefined): string | null {
  return authorization === undefined ? null : (credentials.exec(authorization)?.[1] ?? null);
}
