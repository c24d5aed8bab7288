import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { settingsSchema } from '../../src/config.ts';
import { signInEnvironment } from '../../../start/src/grafana-sign-in.ts';
import { alertThresholds } from '../support/alert-thresholds.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const serviceSchema = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.literal('.'), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).optional(),
  networks: z.array(z.string()),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  logging: z.object({ driver: z.string(), options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
});

// What it does not list, as merged from the file's own anchors, has no rights, and a limit for its logs.
const { services } = z
  .object({ services: z.record(z.enum(['nginx', 'grafana', 'proxy', 'setup', 'demo', 'mysql']), serviceSchema) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

const dockerfiles = [...new Set(Object.values(services).flatMap(({ build }) => build?.dockerfile ?? []))];

describe('docker-compose.yml', () => {
  it('sets only what the proxy knows', () => {
    const known = Object.keys(settingsSchema.shape);
    expect(Object.keys(services.proxy.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('gives Grafana what provisioning reads', () => {
    const provisioned = readdirSync(join(root, 'provisioning'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) =>
        [...read(`provisioning/${name}`).matchAll(/\$\{([A-Z_]+)\}/g)].map(([, variable]) => variable)
      );
    const image = [...read('compose/grafana/Dockerfile').matchAll(/ ([A-Z_]+)=/g)].map(([, variable]) => variable);
    const given = [...Object.keys(services.grafana.environment), ...image];
    expect(provisioned.filter((variable) => !given.includes(variable))).toEqual([]);
  });

  it('lets people sign in to Grafana through the proxy, as `npm start` does', () => {
    const publicUrl = '${STACK_PUBLIC_URL}';
    const asOfNpmStart = signInEnvironment({
      publicUrl,
      proxyUrl: 'http://proxy:5000',
      clientSecret: '${STACK_OIDC_CLIENT_SECRET}',
      idleMinutes: settingsSchema.shape.SESSION_IDLE_MINUTES.parse(undefined),
      absoluteHours: settingsSchema.shape.SESSION_ABSOLUTE_HOURS.parse(undefined),
    });
    const given = Object.entries(services.grafana.environment)
      .filter(([name]) => name in asOfNpmStart || name.startsWith('GF_AUTH_GENERIC_OAUTH_'))
      .map(([name, value]) => [name, value.replace(/:\?[^}]*/, '')]);
    expect(Object.fromEntries(given)).toEqual(asOfNpmStart);
    expect(services.proxy.environment).toMatchObject({
      PUBLIC_URL: publicUrl,
      OIDC_CLIENT_SECRET: '${STACK_OIDC_CLIENT_SECRET}',
      GRAFANA_ROOT_URL: services.grafana.environment['GF_SERVER_ROOT_URL'],
    });
  });

  it('lets Grafana and the proxy reach each other, in a network that is theirs alone', () => {
    const members = Object.entries(services).filter(([, { networks }]) => networks.includes('api'));
    expect(members.map(([name]) => name)).toEqual(['grafana', 'proxy']);
  });

  it('gives Grafana every threshold of the alert rules, with their defaults', () => {
    const thresholds = alertThresholds().map(({ setting, value }) => [
      setting,
      `\${${setting.replace('AIMETRICS', 'STACK')}:-${value}}`,
    ]);
    const given = Object.entries(services.grafana.environment).filter(([name]) => name.startsWith('AIMETRICS_ALERT_'));
    expect(Object.fromEntries(given)).toEqual(Object.fromEntries(thresholds));
  });

  it('lets the data source sign in as whom setup adds', () => {
    const account = ({ environment }: { environment: Record<string, string> }) =>
      [environment['AIMETRICS_LOGIN'], environment['AIMETRICS_PASSWORD']].map((text) => text?.replace(/:\?[^}]*/, ''));
    expect(account(services.grafana)).toEqual(account(services.setup));
  });

  it('publishes nothing but nginx, and that on this host only unless it is told', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`)
    );
    expect(published).toEqual([
      'nginx ${STACK_BIND_ADDRESS:-127.0.0.1}:${STACK_HTTP_PORT:-8080}:8080',
      'nginx ${STACK_BIND_ADDRESS:-127.0.0.1}:${STACK_HTTPS_PORT:-8443}:8443',
    ]);
  });

  it('lets the proxy trust a network that only nginx shares with it', () => {
    const members = Object.entries(services).filter(([, { networks }]) => networks.includes('edge'));
    expect(members.map(([name]) => name)).toEqual(['nginx', 'proxy']);
  });

  it('lets nothing but the proxy and its tools reach the database', () => {
    const members = Object.entries(services).filter(([, { networks }]) => networks.includes('data'));
    expect(members.map(([name]) => name)).toEqual(['proxy', 'setup', 'demo', 'mysql']);
  });

  it('names the version of every image that it takes', () => {
    const taken = [
      ...Object.values(services).flatMap(({ image, build }) => (build === undefined ? [image] : [])),
      ...dockerfiles.flatMap((path) => [...read(path).matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)),
    ];
    expect([...new Set(taken)].sort()).toEqual([
      'golang:1.26',
      'grafana/grafana:12.4.0',
      'mysql:8.4',
      'nginx:1.30',
      'node:24-slim',
    ]);
  });
});

describe('Dockerfiles', () => {
  it('need no other builder than every engine has', () => {
    for (const path of dockerfiles) {
      expect(read(path)).not.toMatch(/^# *syntax|^RUN --|^(COPY|ADD) --(?!from=|chown=)/m);
    }
  });

  it('build the plugin with the Go version that it asks for', () => {
    const asked = /^go (\d+\.\d+)/m.exec(read('plugin/go.mod'))?.[1];
    expect(read('compose/grafana/Dockerfile')).toContain(`FROM golang:${String(asked)} `);
  });
});
