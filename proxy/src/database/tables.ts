import type { ColumnType, Generated } from 'kysely';

/** Columns of the application's tables, as drivers return them. Real tables may have other widths and types: docs/contract.md, section 1. */
export interface MetricsTables {
  ai_metrics: AiMetricsTable;
  users: UsersTable;
}

export interface AiMetricsTable {
  id: Generated<string>;
  monitor_id: string | null;
  provider: string | null;
  model_name: string | null;
  /** `YYYY-MM-DD HH:MM:SS.sss`, in METRICS_TIMEZONE for DATETIME and in UTC for TIMESTAMP. */
  start_time: string;
  end_time: string | null;
  /** Milliseconds. */
  total_time: WholeNumber;
  /** A decimal number as text, in CURRENCY. */
  cost: string | null;
  total_tokens: WholeNumber;
  prompt_tokens: WholeNumber;
  completion_tokens: WholeNumber;
}

/** Written as bigint where float64 could not hold it. */
type WholeNumber = ColumnType<number | null, number | bigint | null>;

export interface UsersTable {
  id: Generated<string>;
  login_name: string;
  password_hash: string | null;
  user_name: string | null;
  /** 0 normal, 1 system. */
  user_type: number | null;
  /** 0 disabled, 1 normal, 2 deleted. */
  status: number | null;
}

/** The proxy's own tables, made by `npm run migrate`. */
export interface StateTables {
  aitoys_sessions: SessionsTable;
  aitoys_sign_in_attempts: SignInAttemptsTable;
}

export interface SessionsTable {
  /** SHA-256 (hex) of the 256-bit session id that the token carries. */
  id_hash: string;
  /** users.id of the metrics database. */
  user_id: string;
  kind: 'user' | 'datasource';
  /** SHA-256 (hex) of the password hash at sign-in: a changed password ends the session. */
  password_fingerprint: string;
  /** Times are ms since 1970 by the state database's clock. */
  created_at: number;
  last_seen_at: number;
  expires_at: number;
}

export interface SignInAttemptsTable {
  /** SHA-256 (hex) of an address, or of a login name with an address. */
  key_hash: string;
  /** Since the first one that counts. */
  attempts: number;
  /** When they stop counting: ms since 1970 by the state database's clock. */
  expires_at: number;
}
