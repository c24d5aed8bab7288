import packageJson from '../package.json' with { type: 'json' };

export const version: string = packageJson.version;

/** What the plugin expects of this API: raised when a change would break it. */
export const apiVersion = 1;
