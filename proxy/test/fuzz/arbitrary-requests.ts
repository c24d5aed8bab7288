import fc from 'fast-check';
import type { Endpoint } from '../hostile/endpoints.ts';
import { batches, parameters } from './arbitrary-questions.ts';
import { changed, texts, values } from './arbitrary-values.ts';
import type { FuzzBody, FuzzRequest, FuzzToken, WireChange } from './fuzz-request.ts';

const methods = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'get',
  'G E T',
  ''
);
const tokenNames = fc.constantFrom('user' as const, 'dataSource' as const);

const tokens: fc.Arbitrary<FuzzToken> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      is: fc.constant('valid' as const),
      name: tokenNames,
      scheme: fc.constantFrom('Bearer', 'bearer'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('valid' as const),
      name: tokenNames,
      scheme: fc.constantFrom('Basic', 'Bearer ', '', 'Bearer a,'),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ is: 'none' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('text' as const),
      text: fc.oneof(
        texts,
        texts.map((text) => `Bearer ${text}`)
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('changed' as const),
      name: tokenNames,
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      text: fc.string({ minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('forged' as const),
      name: tokenNames,
      header: changed(
        fc.record({
          alg: fc.constantFrom('none', 'HS256', 'HS512', 'RS256', 'ES256'),
          typ: fc.constantFrom('at+jwt', 'JWT'),
        })
      ).map(asObject),
      claims: fc.oneof(
        fc.constant({}),
        fc.dictionary(fc.constantFrom('sub', 'sid', 'iat', 'exp', 'iss', 'aud', 'nbf'), values, { maxKeys: 3 })
      ),
    }),
  }
);

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : { value };
}

/** As a header may have it, mostly. */
const headerTexts = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 60 }) },
  { weight: 1, arbitrary: texts.map((text) => text.replaceAll(/[\0\r\n]/g, '')) }
);

const headers: fc.Arbitrary<[string, string][]> = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constant('Accept'),
      fc.constantFrom('text/html', 'application/json', 'text/csv', '*/*', 'text/html;q=0', 'a/b;q=x,,')
    ),
    fc.tuple(
      fc.constantFrom(
        'Accept',
        'Accept-Language',
        'If-None-Match',
        'Range',
        'Cookie',
        'Origin',
        'User-Agent',
        'Referer'
      ),
      headerTexts
    ),
    fc.tuple(fc.constant('X-AiMetrics-Caller'), fc.constantFrom('viewer', 'scheduler', 'health', 'admin', '')),
    fc.tuple(fc.constant('X-AiMetrics-Allow-Alerts'), fc.constantFrom('true', 'false', 'yes')),
    fc.tuple(
      fc.constantFrom(
        'X-Grafana-Id',
        'X-Request-Id',
        'X-Forwarded-For',
        'Forwarded',
        'X-HTTP-Method-Override',
        'X-Cache-Skip'
      ),
      headerTexts
    ),
    fc.tuple(
      fc.constantFrom('Content-Encoding', 'Transfer-Encoding', 'Expect', 'Upgrade', 'Connection', 'TE', 'Host'),
      fc.oneof(fc.constantFrom('gzip', 'chunked', '100-continue', 'websocket', 'keep-alive'), headerTexts)
    ),
    fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), headerTexts)
  ),
  { maxLength: 4 }
);

const logins = changed(
  fc.record({
    login_name: fc.oneof(fc.constant('{login}'), texts),
    password: fc.oneof(fc.constant('{password}'), texts),
    client: fc.constantFrom('grafana', undefined),
  })
);

function bodies({ method, path }: Endpoint): fc.Arbitrary<FuzzBody> {
  if (method !== 'POST') {
    return fc.oneof(
      { weight: 9, arbitrary: fc.constant({ is: 'none' as const }) },
      { weight: 1, arbitrary: texts.map((text) => ({ is: 'text' as const, text })) }
    );
  }
  // Of a route that is not known here: any JSON.
  const json = path.endsWith('/query') ? batches : path.endsWith('/login') ? logins : values;
  return fc.oneof(
    { weight: 12, arbitrary: json.map((value) => ({ is: 'json' as const, value: value ?? null })) },
    { weight: 1, arbitrary: values.map((value) => ({ is: 'json' as const, value: value ?? null })) },
    {
      weight: 1,
      arbitrary: fc.oneof(texts, fc.json(), fc.webQueryParameters()).map((text) => ({ is: 'text' as const, text })),
    },
    // Cut off.
    {
      weight: 1,
      arbitrary: fc
        .tuple(json, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([value, at]) => cutOff(JSON.stringify(value ?? null), at)),
    }
  );
}

function cutOff(text: string, at: number): FuzzBody {
  return { is: 'text', text: text.slice(0, Math.floor(at * text.length)) };
}

function targets({ path }: Endpoint): fc.Arbitrary<string> {
  const segments = path.split('/');
  const spelt = fc
    .tuple(fc.nat(segments.length - 1), texts)
    .map(([index, text]) => segments.map((segment, at) => (at === index ? encode(text) : segment)).join('/'));
  const tricks = fc.constantFrom(
    `${path}/`,
    `/${path}`,
    path.toUpperCase(),
    `${path};a=b`,
    `/health/..${path}`,
    `/health/%2e%2e${path}`,
    path.replaceAll('/', '%2F'),
    `${path}%00`,
    `http://127.0.0.1${path}`
  );
  const query = fc.oneof(
    {
      weight: 6,
      arbitrary: parameters.map((list) =>
        new URLSearchParams(list.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])).toString()
      ),
    },
    { weight: 1, arbitrary: texts.map((text) => text.replaceAll(/[^!-~]/g, '%')) }
  );
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(path) },
        { weight: 1, arbitrary: spelt },
        { weight: 1, arbitrary: tricks }
      ),
      fc.oneof(fc.constant(''), query)
    )
    .map(([address, parametersText]) => (parametersText === '' ? address : `${address}?${parametersText}`));
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const wireChanges: fc.Arbitrary<WireChange[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    cut: fc.oneof(fc.constant(0), fc.nat(5)),
    put: fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 5 }),
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\0',
        '\r\n\r\n',
        'Content-Length: 5\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Host: b\r\n',
        ' ',
        '\t',
        '\x0b',
        ';',
        '%',
        'GET / HTTP/1.1\r\n'
      )
    ),
  }),
  { maxLength: 4 }
);

/** More often those that do much. */
function anyOf(endpoints: readonly Endpoint[]): fc.Arbitrary<Endpoint> {
  const busy = endpoints.filter(({ path }) => /\/(query|calls|metrics\/\w+|dimensions\/.*)$/.test(path));
  const batch = endpoints.filter(({ path }) => path.endsWith('/query'));
  return fc.oneof(
    ...[endpoints, busy, batch].filter(({ length }) => length > 0).map((some) => fc.constantFrom(...some))
  );
}

/** Requests for these endpoints, from good ones to such as are none. A part goes over a socket. */
export function requests(endpoints: readonly Endpoint[]): fc.Arbitrary<FuzzRequest> {
  return anyOf(endpoints).chain((endpoint) =>
    fc.record({
      method: fc.oneof({ weight: 12, arbitrary: fc.constant(endpoint.method) }, { weight: 1, arbitrary: methods }),
      target: targets(endpoint),
      token: tokens,
      body: bodies(endpoint),
      headers: fc
        .tuple(
          fc.oneof(
            { weight: 12, arbitrary: fc.constant('application/json') },
            { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', '') }
          ),
          fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: headers })
        )
        .map(([type, others]): [string, string][] => [
          ...(endpoint.method === 'POST' ? [['Content-Type', type] as [string, string]] : []),
          ...others,
        ]),
      wire: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: wireChanges }),
    })
  );
}
