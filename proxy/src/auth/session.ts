import { z } from 'zod';
import { storedId, storedInteger } from './stored-values.ts';

export const sessionRowSchema = z.object({
  id_hash: z.string(),
  user_id: storedId,
  kind: z.enum(['user', 'datasource']),
  password_fingerprint: z.string(),
  created_at: storedInteger,
  last_seen_at: storedInteger,
  expires_at: storedInteger,
});

/** A row of `aitoys_sessions`. Times are ms since 1970 by the state database's clock. */
export type Session = z.infer<typeof sessionRowSchema>;

export const sessionColumns = [
  'id_hash',
  'user_id',
  'kind',
  'password_fingerprint',
  'created_at',
  'last_seen_at',
  'expires_at',
] as const;
