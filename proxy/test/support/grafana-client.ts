import { createHash, randomBytes } from 'node:crypto';
import { type Browser, openBrowser } from './browser.ts';
import { listen, type ListeningApp } from './listen.ts';
import { openProxyBench, type ProxyBench, testPassword } from './proxy-bench.ts';
import type { Engine } from '../../src/database/dialect.ts';

export const publicUrl = 'https://metrics.example:8443';
export const grafanaRootUrl = 'https://metrics.example:8443/grafana/';
export const redirectUri = `${grafanaRootUrl}login/generic_oauth`;
export const clientSecret = 'the-secret-of-grafana-in-these-tests';

export const oidcTestSettings = {
  PUBLIC_URL: publicUrl,
  GRAFANA_ROOT_URL: grafanaRootUrl,
  OIDC_CLIENT_SECRET: clientSecret,
};

/** A proxy that signs people in to Grafana, on a real socket, and how Grafana and a browser talk to it. */
export interface OidcBench extends ProxyBench {
  listening: ListeningApp;
  /** Where an address below PUBLIC_URL is in the test. */
  reroute: (url: URL) => string;
  browser: () => Browser;
}

export async function openOidcBench(engine: Engine, settings: Record<string, string> = {}): Promise<OidcBench> {
  const bench = await openProxyBench(engine, { ...oidcTestSettings, ...settings });
  const listening = await listen(bench.app);
  const reroute = (url: URL) => listening.url + url.pathname + url.search;
  return {
    ...bench,
    listening,
    reroute,
    browser: () => openBrowser(reroute),
    close: async () => {
      await listening.close();
      await bench.close();
    },
  };
}

export const verifier = randomBytes(48).toString('base64url');

/** Where Grafana sends a browser to sign in; `changes` to undefined takes a parameter out. */
export function authorizationUrl(changes: Record<string, string | undefined> = {}): string {
  const parameters: Record<string, string | undefined> = {
    client_id: 'grafana',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state: 'a-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${publicUrl}/oidc/auth?${String(new URLSearchParams(given))}`;
}

export interface LoginForm {
  url: string;
  formToken: string;
  text: string;
}

/** Leads a browser from Grafana to the form. */
export async function openLoginForm(browser: Browser, from = authorizationUrl()): Promise<LoginForm> {
  const redirect = await browser.get(from);
  const location = redirect.headers.get('Location');
  if (location === null) {
    throw new Error(`${String(redirect.status)} ${await redirect.text()}`);
  }
  const url = new URL(location, publicUrl).href;
  const text = await (await browser.get(url)).text();
  return { url, text, formToken: /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? '' };
}

/** Signs in with the form and resolves to the code that Grafana gets. */
export async function getCode(browser: Browser, loginName: string, password = testPassword): Promise<string> {
  const { url, formToken } = await openLoginForm(browser);
  const sent = await browser.post(url, { form_token: formToken, login_name: loginName, password });
  const resumed = await browser.get(sent.headers.get('Location') ?? '');
  const location = new URL(resumed.headers.get('Location') ?? '');
  if (location.origin + location.pathname !== redirectUri) {
    throw new Error(`led to ${location.href}`);
  }
  return location.searchParams.get('code') ?? '';
}

/** How Grafana exchanges a code. */
export function exchange(
  { listening }: Pick<OidcBench, 'listening'>,
  code: string,
  changes: Record<string, string | undefined> = {},
  headers: Record<string, string> = {}
): Promise<Response> {
  const fields: Record<string, string | undefined> = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  };
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${listening.url}/oidc/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`grafana:${clientSecret}`).toString('base64')}`, ...headers },
    body: new URLSearchParams(given),
  });
}
