import { settingsSchema } from '../../proxy/src/config.ts';

export type Environment = Record<string, string | undefined>;

const proxySettings = new Set(Object.keys(settingsSchema.shape).flatMap((name) => [name, `${name}_FILE`]));

/** The value of a setting; an empty one counts as unset, as everywhere. */
export function valueOf(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** The environment for other programs than the proxy: its database and its secrets are no business of theirs. */
export function withoutProxySettings(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !proxySettings.has(name)));
}
