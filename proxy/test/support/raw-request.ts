import { connect } from 'node:net';

export interface RawAnswer {
  /** NaN where nothing came that is HTTP. */
  status: number;
  /** In lower case; several of one name are joined by commas. */
  headers: Map<string, string>;
  body: string;
  json: () => unknown;
  /** All that came, for several answers. */
  text: string;
}

const patienceMs = 5000;

/** Sends bytes as they are and returns what comes until the server ends the connection, or says nothing for long. */
export function rawAnswer(url: string, ...parts: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(patienceMs, () => socket.destroy());
  for (const part of parts) {
    socket.write(part);
  }
  return new Promise((resolve) => {
    socket.on('close', () => {
      resolve(parseAnswer(Buffer.concat(chunks).toString()));
    });
  });
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = (end === -1 ? text : text.slice(0, end)).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  const body = end === -1 ? '' : text.slice(end + 4);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1]),
    headers,
    body,
    json: () => JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as unknown,
    text,
  };
}
