/** Every error code of the API with its HTTP status: the one table that all answers are made from. */
export const errorStatus = {
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  query_too_large: 422,
  rate_limited: 429,
  unavailable: 503,
  query_timeout: 504,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;
export type ErrorStatus = (typeof errorStatus)[ErrorCode];

export interface ApiErrorOptions {
  /** What went wrong underneath: for the log, never for the caller. */
  cause?: unknown;
  /** Machine-readable particulars for the caller. */
  details?: unknown;
  /** Response headers that belong to this error, such as `Allow`. */
  headers?: Record<string, string>;
  /** Whom it is about (users.id): for the log. */
  userId?: string;
  /** False for a 5xx that is meant so, such as of load that is shed: the line of the request says it. */
  isFault?: boolean;
}

/**
 * The only error that reaches a caller. `message` names the field and the allowed values and is shown as it is:
 * no SQL, stack, token or host name.
 */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly userId: string | undefined;
  readonly isFault: boolean;

  constructor(code: ErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
    this.userId = options.userId;
    this.isFault = options.isFault ?? this.status >= 500;
  }

  get status(): ErrorStatus {
    return errorStatus[this.code];
  }
}
