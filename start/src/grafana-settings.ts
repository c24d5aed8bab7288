import { join } from 'node:path';
import type { DataSourceLogin } from './choose-accounts.ts';
import { grafanaHost } from './choose-port.ts';
import { type Environment, withoutProxySettings } from './environment.ts';
import { type GrafanaSignIn, signInEnvironment } from './grafana-sign-in.ts';

export const pluginId = 'aitoys-aimetrics-datasource';

/** Where this Grafana keeps what it writes. */
export interface GrafanaFolders {
  data: string;
  logs: string;
  plugins: string;
  provisioning: string;
}

export interface GrafanaSettings {
  /** The root of this repository. */
  repository: string;
  folders: GrafanaFolders;
  port: number;
  /** Grafana's address in browsers. */
  rootUrl: string;
  adminPassword: string;
  secretKey: string;
  dataSource: DataSourceLogin;
  signIn: GrafanaSignIn;
}

export function foldersIn(folder: string): GrafanaFolders {
  return {
    data: folder,
    logs: join(folder, 'log'),
    plugins: join(folder, 'plugins'),
    provisioning: join(folder, 'provisioning'),
  };
}

/** The environment that Grafana runs in: everything provisioned, on this machine only, and nothing asked of the internet. */
export function grafanaEnvironment(env: Environment, settings: GrafanaSettings): Environment {
  const { repository, folders, port, dataSource, signIn } = settings;
  return {
    ...withoutProxySettings(env),
    GF_PATHS_DATA: folders.data,
    GF_PATHS_LOGS: folders.logs,
    GF_PATHS_PLUGINS: folders.plugins,
    GF_PATHS_PROVISIONING: folders.provisioning,
    GF_SERVER_PROTOCOL: 'http',
    GF_SERVER_HTTP_ADDR: grafanaHost,
    GF_SERVER_HTTP_PORT: String(port),
    GF_SERVER_ROOT_URL: settings.rootUrl,
    GF_SECURITY_ADMIN_USER: 'admin',
    GF_SECURITY_ADMIN_PASSWORD: settings.adminPassword,
    GF_SECURITY_SECRET_KEY: settings.secretKey,
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_LOG_MODE: 'file',
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: pluginId,
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_PUBLIC_DASHBOARDS_ENABLED: 'false',
    GF_SNAPSHOTS_ENABLED: 'false',
    ...signInEnvironment(signIn),
    AIMETRICS_DASHBOARDS: join(repository, 'dashboards'),
    AIMETRICS_PROXY_URL: signIn.proxyUrl,
    AIMETRICS_LOGIN: dataSource.login,
    AIMETRICS_PASSWORD: dataSource.password,
  };
}
