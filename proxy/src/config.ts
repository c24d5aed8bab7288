import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { tlsOptions } from './database/database-tls.ts';
import { parseDatabaseUrl } from './database/database-url.ts';
import { parseAddressRanges } from './network/address-ranges.ts';
import { parseHostList } from './network/host-list.ts';
import { isTimeZone } from './time/time-zone.ts';

/** Each may be given as a file, by `NAME_FILE`. */
export const secretSettings = ['DATABASE_URL', 'STATE_DATABASE_URL', 'SESSION_SECRET', 'OIDC_CLIENT_SECRET'] as const;
const minSecretLength = 32;

// Sent as it is and in Basic (RFC 6749 §2.3.1): nothing that one of the two would encode.
const clientSecretForm = /^[A-Za-z0-9_-]{32,256}$/;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${String(min)} to ${String(max)}`
    )
    .transform(Number);

const integer = (fallback: number, min: number, max: number) => wholeNumber(min, max).default(fallback);

const readableBy = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is malformed' });
    }
  });

const databaseUrl = readableBy((text) => {
  const address = parseDatabaseUrl(text);
  // Else the file would be missed only when somebody asks.
  return address.kind === 'mysql' && address.tls !== null ? tlsOptions(address.tls) : undefined;
});

const secrets = z
  .string()
  .transform(splitSecrets)
  .refine(
    (list) => list.length > 0 && list.every((secret) => secret.length >= minSecretLength),
    `each secret needs at least ${String(minSecretLength)} characters`
  );

// Kept with a slash at its end, so that a path can be put after it.
const rootUrl = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^\s\\?#@]+$/i.test(text) && URL.canParse(text),
    'must be an http:// or https:// address without user, password, query and fragment, such as https://host/grafana/'
  )
  .transform((text) => new URL(text).href.replace(/\/?$/, '/'));

// Without a path: the proxy answers at /admin, /api/v1 and /oidc of its host and nowhere else.
const publicUrl = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^\s\\/?#@]+\/?$/i.test(text) && URL.canParse(text),
    'must be an http:// or https:// address with host and port only, such as https://host:8443'
  )
  .transform((text) => new URL(text).origin);

const commaList = (form: RegExp, message: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every((part) => form.test(part)), message);

/** Every setting of the proxy: names, defaults and bounds. Units are part of the names. */
export const settingsSchema = z.object({
  PORT: integer(5000, 0, 65_535),
  METRICS_PORT: wholeNumber(1, 65_535).optional(),
  HOST: z.string().default('127.0.0.1'),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  TRUSTED_PROXIES: readableBy(parseAddressRanges).optional(),
  TRUSTED_HOSTS: readableBy(parseHostList).optional(),
  DATABASE_URL: databaseUrl.optional(),
  STATE_DATABASE_URL: databaseUrl.optional(),
  SESSION_SECRET: secrets.optional(),
  METRICS_TIMEZONE: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as UTC or Asia/Shanghai')
    .default('UTC'),
  METRICS_ID_ORDER: z
    .enum(['ascending', 'none'], 'must be ascending or none: whether a call that is written later has a higher id')
    .default('ascending'),
  CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters such as USD')
    .default('USD'),
  PUBLIC_URL: publicUrl.optional(),
  GRAFANA_ROOT_URL: rootUrl.optional(),
  GRAFANA_URL: rootUrl.optional(),
  GRAFANA_ORG_IDS: commaList(
    /^[1-9]\d{0,15}$/,
    'must be a comma list of the numbers of organizations, such as 1'
  ).prefault('1'),
  GRAFANA_ROLE: z
    .enum(['Viewer', 'Editor', 'Admin'], 'must be Viewer, Editor or Admin: the role of system users in Grafana')
    .default('Editor'),
  GRAFANA_ADMIN_LOGINS: commaList(/^.+$/, 'must be a comma list of login names').optional(),
  OIDC_CLIENT_SECRET: z
    .string()
    .regex(clientSecretForm, `must be ${String(minSecretLength)} to 256 letters, digits, - and _`)
    .optional(),
  VIEWER_CHECK: z.enum(['required', 'off'], 'must be required or off').optional(),
  PASSWORD_REHASH: z.enum(['off', 'argon2id'], 'must be off or argon2id').default('off'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_DIR: z.string().optional(),
  LOG_MAX_FILE_MIB: integer(100, 1, 10_000),
  LOG_MAX_FILES: integer(14, 1, 1000),
  DATABASE_POOL_SIZE: integer(10, 1, 500),
  SIGN_IN_POOL_SIZE: integer(4, 1, 100),
  SIGN_IN_TIMEOUT_SECONDS: integer(5, 1, 60),
  QUERY_TIMEOUT_SECONDS: integer(25, 1, 600),
  DATABASE_TIMEOUT_SECONDS: integer(20, 1, 600),
  MAX_CONCURRENT_QUERIES: integer(8, 1, 500),
  MAX_CONCURRENT_QUERIES_PER_USER: integer(200, 1, 100_000),
  ROLLUP_CACHE_MIB: integer(32, 0, 4096),
  ROLLUP_LAG_SECONDS: integer(5, 1, 3600),
  ROLLUP_AUDIT_HOURS: integer(24, 1, 8760),
  ROLLUP_FREEZE_AFTER_DAYS: wholeNumber(1, 36_500).optional(),
  MAX_RANGE_DAYS: integer(400, 1, 4000),
  MAX_POINTS_PER_SERIES: integer(11_000, 1, 100_000),
  MAX_SERIES: integer(100, 1, 1000),
  MAX_ROWS_READ: integer(20_000_000, 1, 999_999_999),
  MAX_RESULT_ROWS: integer(200_000, 1, 10_000_000),
  MAX_ROWS_PER_PAGE: integer(1000, 1, 100_000),
  MAX_FILTERS: integer(20, 1, 100),
  MAX_FILTER_VALUES: integer(100, 1, 1000),
  MAX_BODY_KIB: integer(256, 1, 10_240),
  MAX_QUERIES_PER_BATCH: integer(50, 1, 500),
  MAX_EVENT_LOOP_LAG_MS: integer(200, 20, 60_000),
  MAX_CONNECTIONS: integer(1000, 1, 100_000),
  SHUTDOWN_GRACE_SECONDS: integer(30, 1, 600),
  USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: integer(10, 1, 100_000),
  ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR: integer(100, 1, 100_000),
  MAX_SESSIONS_PER_USER: integer(10, 1, 1000),
  SESSION_IDLE_MINUTES: integer(30, 1, 1440),
  SESSION_ABSOLUTE_HOURS: integer(8, 1, 168),
});

type Settings = z.infer<typeof settingsSchema>;

/** What the proxy runs with. `demo` is true without DATABASE_URL: an embedded database with generated calls. */
export type Config = Omit<Settings, 'DATABASE_URL' | 'STATE_DATABASE_URL' | 'SESSION_SECRET' | 'VIEWER_CHECK'> & {
  demo: boolean;
  /** Whether a viewer in Grafana must be an active system user himself. Only the demo may leave that. */
  VIEWER_CHECK: 'required' | 'off';
  databaseUrl: string;
  stateDatabaseUrl: string;
  /** Newest first: the first one signs, all of them verify. Empty for the demo, which makes its own. */
  sessionSecrets: string[];
};

/** Lists every problem of the environment at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${String(problems.length)} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const demoDatabaseUrl = 'sqlite:data/demo.sqlite';

/** The environment, completed by a file `.env` in the working folder: what is set already wins. */
export function readEnvironment(): Record<string, string | undefined> {
  if (existsSync('.env')) {
    process.loadEnvFile('.env');
  }
  return process.env;
}

interface Rule {
  /** Settings that it is about: it is asked only where each of them is right by itself. */
  names: (keyof Settings)[];
  isBroken: (settings: Settings, demo: boolean) => boolean;
  problem: string;
}

/** What settings ask of each other. */
const rules: Rule[] = [
  {
    names: ['METRICS_PORT', 'PORT'],
    isBroken: ({ METRICS_PORT, PORT }) => METRICS_PORT === PORT,
    problem: 'METRICS_PORT: must not be PORT, as the metrics need no sign-in',
  },
  {
    names: ['TLS_CERT_FILE', 'TLS_KEY_FILE'],
    isBroken: ({ TLS_CERT_FILE, TLS_KEY_FILE }) => (TLS_CERT_FILE === undefined) !== (TLS_KEY_FILE === undefined),
    problem: 'TLS_CERT_FILE: needs TLS_KEY_FILE, and the other way round',
  },
  {
    names: ['SESSION_SECRET'],
    isBroken: ({ SESSION_SECRET }, demo) => !demo && SESSION_SECRET === undefined,
    problem: `SESSION_SECRET: is required with DATABASE_URL: at least ${String(minSecretLength)} random characters`,
  },
  {
    names: ['METRICS_TIMEZONE'],
    isBroken: ({ METRICS_TIMEZONE }, demo) => demo && METRICS_TIMEZONE !== 'UTC',
    problem: 'METRICS_TIMEZONE: needs DATABASE_URL: the times of the embedded demo database are in UTC',
  },
  {
    names: ['VIEWER_CHECK'],
    isBroken: ({ VIEWER_CHECK }, demo) => !demo && VIEWER_CHECK === 'off',
    problem: 'VIEWER_CHECK: can be off for the embedded demo database only: everybody in Grafana would see everything',
  },
  {
    names: ['OIDC_CLIENT_SECRET', 'PUBLIC_URL', 'GRAFANA_ROOT_URL'],
    isBroken: ({ OIDC_CLIENT_SECRET, PUBLIC_URL, GRAFANA_ROOT_URL }) =>
      OIDC_CLIENT_SECRET !== undefined && (PUBLIC_URL === undefined || GRAFANA_ROOT_URL === undefined),
    problem: 'OIDC_CLIENT_SECRET: sign-in to Grafana needs PUBLIC_URL and GRAFANA_ROOT_URL as well',
  },
  {
    names: ['DATABASE_TIMEOUT_SECONDS', 'QUERY_TIMEOUT_SECONDS'],
    isBroken: (settings) => settings.DATABASE_TIMEOUT_SECONDS >= settings.QUERY_TIMEOUT_SECONDS,
    problem: 'DATABASE_TIMEOUT_SECONDS: must be less than QUERY_TIMEOUT_SECONDS, so that the database gives up first',
  },
  {
    names: ['MAX_CONCURRENT_QUERIES', 'DATABASE_POOL_SIZE'],
    isBroken: (settings) => settings.MAX_CONCURRENT_QUERIES > settings.DATABASE_POOL_SIZE,
    problem: 'MAX_CONCURRENT_QUERIES: must not be more than DATABASE_POOL_SIZE, as each question needs a connection',
  },
];

/** Reads the configuration from `env`; throws a ConfigError that names all that is wrong. An empty value counts as unset. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const { demo, settings } = readSettings(settingsSchema, env);
  const { DATABASE_URL, STATE_DATABASE_URL, SESSION_SECRET, VIEWER_CHECK, ...others } = settings;
  return {
    ...others,
    demo,
    VIEWER_CHECK: VIEWER_CHECK ?? (demo ? 'off' : 'required'),
    ...databaseUrls(DATABASE_URL, STATE_DATABASE_URL),
    sessionSecrets: SESSION_SECRET ?? [],
  };
}

/** What questions are answered with, for tools that sign nobody in. */
export type QuestionConfig = Omit<Config, 'sessionSecrets' | 'VIEWER_CHECK'>;

/** Reads all settings but SESSION_SECRET; throws a ConfigError as `loadConfig` does. */
export function loadQuestionConfig(env: Record<string, string | undefined>): QuestionConfig {
  const { demo, settings } = readSettings(settingsSchema.omit({ SESSION_SECRET: true, VIEWER_CHECK: true }), env);
  const { DATABASE_URL, STATE_DATABASE_URL, ...others } = settings;
  return { ...others, demo, ...databaseUrls(DATABASE_URL, STATE_DATABASE_URL) };
}

/** What the tools need to know: they use the databases, but sign nobody in. */
export type DatabaseConfig = Pick<Config, 'demo' | 'databaseUrl' | 'stateDatabaseUrl' | 'METRICS_TIMEZONE'>;

const databaseSettingsSchema = settingsSchema.pick({
  DATABASE_URL: true,
  STATE_DATABASE_URL: true,
  METRICS_TIMEZONE: true,
});

/** Reads only the settings of the databases, for tools that need no SESSION_SECRET; throws a ConfigError as `loadConfig` does. */
export function loadDatabaseConfig(env: Record<string, string | undefined>): DatabaseConfig {
  const { demo, settings } = readSettings(databaseSettingsSchema, env);
  const { DATABASE_URL, STATE_DATABASE_URL, METRICS_TIMEZONE } = settings;
  return { demo, ...databaseUrls(DATABASE_URL, STATE_DATABASE_URL), METRICS_TIMEZONE };
}

/** What the tool for rollups needs to know. */
export type RollupConfig = DatabaseConfig &
  Pick<Config, 'METRICS_ID_ORDER' | 'ROLLUP_LAG_SECONDS' | 'ROLLUP_AUDIT_HOURS' | 'ROLLUP_FREEZE_AFTER_DAYS'>;

const rollupSettingsSchema = databaseSettingsSchema.extend(
  settingsSchema.pick({
    METRICS_ID_ORDER: true,
    ROLLUP_LAG_SECONDS: true,
    ROLLUP_AUDIT_HOURS: true,
    ROLLUP_FREEZE_AFTER_DAYS: true,
  }).shape
);

/** The same with those of rollups; throws a ConfigError as `loadConfig` does. */
export function loadRollupConfig(env: Record<string, string | undefined>): RollupConfig {
  const { demo, settings } = readSettings(rollupSettingsSchema, env);
  const { DATABASE_URL, STATE_DATABASE_URL, ...others } = settings;
  return { ...others, demo, ...databaseUrls(DATABASE_URL, STATE_DATABASE_URL) };
}

function databaseUrls(metrics = demoDatabaseUrl, state = metrics): Pick<Config, 'databaseUrl' | 'stateDatabaseUrl'> {
  return { databaseUrl: metrics, stateDatabaseUrl: state };
}

/** The settings of a schema. Throws a ConfigError for whatever is wrong by itself or together, all at once. */
function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: Record<string, string | undefined>
): { settings: z.output<Schema>; demo: boolean } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const demo = given['DATABASE_URL'] === undefined && given['DATABASE_URL_FILE'] === undefined;
  const problems = secretSettings.filter((name) => name in schema.shape).flatMap((name) => readSecretFile(given, name));
  const unread = new Set(problems.map(({ name }) => name));
  const parsed = schema.safeParse(given);
  const issues = parsed.error?.issues.map(({ path, message }) => ({ name: path.join('.'), message })) ?? [];
  problems.push(...issues.filter(({ name }) => !unread.has(name)));
  const wrong = new Set(problems.map(({ name }) => name));
  const broken = brokenRules(schema, given, demo, wrong);
  if (!parsed.success || problems.length > 0 || broken.length > 0) {
    throw new ConfigError([...problems.map(({ name, message }) => `${name}: ${message}`), ...broken]);
  }
  return { settings: parsed.data, demo };
}

function brokenRules(
  { shape }: z.ZodObject,
  given: Record<string, string | undefined>,
  demo: boolean,
  wrong: ReadonlySet<string>
): string[] {
  const right = Object.entries(shape).filter(([name]) => !wrong.has(name));
  // Only in part: a rule looks at nothing but its own names, and is left out where one of them is not there.
  const settings = Object.fromEntries(right.map(([name, type]) => [name, z.parse(type, given[name])])) as Settings;
  return rules
    .filter(({ names }) => names.every((name) => name in settings))
    .filter(({ isBroken }) => isBroken(settings, demo))
    .map(({ problem }) => problem);
}

function splitSecrets(list: string): string[] {
  return list
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
}

/** Puts what `NAME_FILE` holds in the place of `NAME`, or says why not. */
function readSecretFile(env: Record<string, string | undefined>, name: string): { name: string; message: string }[] {
  const path = env[`${name}_FILE`];
  if (path === undefined) {
    return [];
  }
  if (env[name] !== undefined) {
    return [{ name, message: `give either ${name} or ${name}_FILE, not both` }];
  }
  try {
    env[name] = readFileSync(path, 'utf8').trim();
    return [];
  } catch {
    return [{ name, message: `the file of ${name}_FILE can't be read` }];
  }
}
