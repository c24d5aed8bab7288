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
  aitoys_oidc_states: OidcStatesTable;
  aitoys_oidc_keys: OidcKeysTable;
  aitoys_leases: LeasesTable;
  aitoys_rollups: RollupsTable;
  aitoys_rollup_blocks: RollupBlocksTable;
  aitoys_rollup_groups: RollupGroupsTable;
  aitoys_rollup_pages: RollupPagesTable;
  aitoys_rollup_days: RollupDaysTable;
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

/** What the OpenID Connect provider keeps of sign-ins: interactions, sessions, grants, codes, access tokens. */
export interface OidcStatesTable {
  /** SHA-256 (hex) of the kind and the id: the id itself, which is a secret of the browser or of Grafana, is nowhere. */
  id_hash: string;
  /** JSON, sealed. */
  payload: string;
  /** SHA-256 (hex) of the grant that it belongs to, so that all of a sign-in can be revoked. */
  grant_hash: string | null;
  /** SHA-256 (hex) of a session's second id, by which tokens name it. */
  uid_hash: string | null;
  /** When a code was used; times are ms since 1970 by the state database's clock. */
  consumed_at: number | null;
  expires_at: number;
}

/** Keys that sign ID tokens. */
export interface OidcKeysTable {
  /** The thumbprint of the key (RFC 7638). */
  kid: string;
  /** A JWK, sealed. */
  private_key: string;
  /** The newest key whose time has come signs; times are ms since 1970 by the state database's clock. */
  signs_from: number;
  /** When nothing is left that it signed; null for the newest one. */
  expires_at: number | null;
}

/** Who may do what only one proxy at a time does. */
export interface LeasesTable {
  name: string;
  /** A name that a proxy gave itself. */
  holder: string;
  /** The fencing token: one higher with each holder, so that what a former one still writes is refused. */
  token: number;
  /** ms since 1970 by the state database's clock. */
  expires_at: number;
}

/** One row: how far the rollups of `ai_metrics` are. */
export interface RollupsTable {
  name: 'ai_metrics';
  /** Of the pages: see rollups/page-codec.ts. */
  format: string;
  /** Calls up to this id are in the rollups, others are not; null where there are none. */
  watermark: string | null;
  /** The block that grows; its calls are in pages of the base tier only. */
  open_block: number | null;
  /** Higher with every change of the rollups. */
  generation: number;
  /** All blocks were compared with their calls since then; ms since 1970 by the state database's clock. */
  audited_at: number | null;
}

/** Calls whose ids are in `(after_id, to_id]`. Times are ms since 1970 by the state database's clock. */
export interface RollupBlocksTable {
  id: Generated<number>;
  /** Null for the first one. */
  after_id: string | null;
  to_id: string;
  calls: number;
  checksum: string;
  built_at: number;
  audited_at: number;
  audit_due_at: number;
}

/** A provider and model that rollups have calls of, as they are stored in `ai_metrics`. */
export interface RollupGroupsTable {
  id: Generated<number>;
  /** SHA-256 (hex) of `[provider, model_name]` as JSON. */
  key_hash: string;
  provider: string | null;
  model_name: string | null;
}

/** The cells of a group in a stretch of stored time. */
export interface RollupPagesTable {
  tier_seconds: number;
  /** Its start in stored seconds since 1970. */
  page: number;
  group_id: number;
  /** Of the base tier: whose calls they are. 0 in the other tiers, which have those of all blocks but the open one. */
  block_id: number;
  partials: Buffer;
  latency: Buffer;
  cost: Buffer;
}

export interface RollupDaysTable {
  /** Days of stored time since 1970. */
  day: number;
  /** That of the rollups when pages of this day were last changed, apart from those of the open block. */
  generation: number;
}
