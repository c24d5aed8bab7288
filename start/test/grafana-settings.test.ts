import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldersIn, grafanaEnvironment } from '../src/grafana-settings.ts';

describe('grafanaEnvironment', () => {
  it('provisions everything, listens on this machine only, asks nothing of the internet, and keeps secrets away', () => {
    const env = {
      PATH: '/usr/bin',
      GF_LOG_LEVEL: 'debug',
      GF_SERVER_HTTP_ADDR: '0.0.0.0',
      GF_DATABASE_TYPE: 'sqlite3',
      DATABASE_URL: 'mysql://app:hush@db/app',
      SESSION_SECRET_FILE: '/run/secrets/session',
      PORT: '5000',
      AIMETRICS_PASSWORD: 'another',
    };
    const settings = {
      repository: '/repo',
      folders: foldersIn('/repo/data/grafana'),
      port: 3030,
      adminPassword: 'admin password',
      secretKey: 'secret key',
      dataSource: { login: 'grafana', password: '$ecret', proxyUrl: 'http://127.0.0.1:5000' },
    };
    expect(grafanaEnvironment(env, settings)).toEqual({
      PATH: '/usr/bin',
      GF_LOG_LEVEL: 'debug',
      GF_DATABASE_TYPE: 'sqlite3',
      GF_PATHS_DATA: '/repo/data/grafana',
      GF_PATHS_LOGS: join('/repo/data/grafana', 'log'),
      GF_PATHS_PLUGINS: join('/repo/data/grafana', 'plugins'),
      GF_PATHS_PROVISIONING: join('/repo/data/grafana', 'provisioning'),
      GF_SERVER_PROTOCOL: 'http',
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: '3030',
      GF_SECURITY_ADMIN_USER: 'admin',
      GF_SECURITY_ADMIN_PASSWORD: 'admin password',
      GF_SECURITY_SECRET_KEY: 'secret key',
      GF_SECURITY_DISABLE_GRAVATAR: 'true',
      GF_LOG_MODE: 'file',
      GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: 'aitoys-aimetrics-datasource',
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
      GF_NEWS_NEWS_FEED_ENABLED: 'false',
      GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
      AIMETRICS_DASHBOARDS: join('/repo', 'dashboards'),
      AIMETRICS_PROXY_URL: 'http://127.0.0.1:5000',
      AIMETRICS_LOGIN: 'grafana',
      AIMETRICS_PASSWORD: '$ecret',
    });
  });
});
