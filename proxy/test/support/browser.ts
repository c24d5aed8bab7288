/** What a browser sends and keeps: cookies by path and host, and forms with where they come from. */
export interface Browser {
  get: (url: string, headers?: Record<string, string>) => Promise<Response>;
  /** Sends a form from a page of the same origin. */
  post: (url: string, fields: Record<string, string>, headers?: Record<string, string>) => Promise<Response>;
  cookies: () => string[];
  /** Takes over the cookies of another browser. */
  plant: (from: Browser) => void;
  /** For `plant`. */
  jar: ReadonlyMap<string, Cookie>;
}

interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** A browser without scripts, which follows nothing by itself. `reroute` says where an origin is reached in the test. */
export function openBrowser(reroute: (url: URL) => string): Browser {
  const jar = new Map<string, Cookie>();
  const send = async (address: string, headers: Record<string, string>, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(address);
    const cookies = [...jar.values()].filter(({ path }) => url.pathname.startsWith(path));
    const response = await fetch(reroute(url), {
      ...init,
      redirect: 'manual',
      headers: {
        Accept: 'text/html',
        ...(cookies.length > 0 ? { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } : {}),
        ...headers,
      },
    });
    for (const line of response.headers.getSetCookie()) {
      keep(jar, line);
    }
    return response;
  };
  return {
    get: (url, headers = {}) => send(url, headers),
    post: (url, fields, headers = {}) =>
      send(
        url,
        { Origin: new URL(url).origin, 'Sec-Fetch-Site': 'same-origin', ...headers },
        { method: 'POST', body: new URLSearchParams(fields) }
      ),
    cookies: () => [...jar.values()].map(({ name }) => name),
    plant: (from) => {
      for (const [key, cookie] of from.jar) {
        jar.set(key, cookie);
      }
    },
    jar,
  };
}

function keep(jar: Map<string, Cookie>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const path = attributes.find((text) => text.startsWith('path='))?.slice('path='.length) ?? '/';
  const key = `${name} ${path}`;
  if (attributes.includes('expires=Thu, 01 Jan 1970 00:00:00 GMT')) {
    jar.delete(key);
  } else {
    jar.set(key, { name, value, path });
  }
}
