import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Env } from './routes/env.ts';
import { type Certificate, minTlsVersion } from './tls/read-certificate.ts';

export interface HttpLimits {
  maxConnections: number;
  /** For the head of a request (and before it, for the handshake of TLS), and for all of it: a client that sends slowly is cut off. */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  /** How often the two are looked at. */
  checkIntervalMs: number;
}

export interface HttpServer {
  /** Isn't listening yet. */
  server: Server | TlsServer;
  scheme: 'http' | 'https';
  /** For new connections of a server that was made with one. */
  useCertificate: (certificate: Certificate) => void;
  /**
   * Stops accepting, lets requests in flight finish, and cuts off what is left after `graceMs`. Resolves to whether all
   * of them could finish.
   */
  stop: (graceMs: number) => Promise<boolean>;
}

const maxHeaderBytes = 16 * 1024;

// No route is there.
const unreadableUrl = 'http://unreadable/unreadable';

// A client may be sending on a connection that is kept alive: it learns first that this one ends.
const idleCheckMs = 500;

export const defaultHttpLimits: Omit<HttpLimits, 'maxConnections'> = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkIntervalMs: 1000,
};

/** A server for the app, within limits that no client can stretch; with a certificate it speaks TLS, and nothing else. */
export function createHttpServer(app: Hono<Env>, limits: HttpLimits, certificate?: Certificate): HttpServer {
  const answer = createListener(app);
  const inFlight = new Set<ServerResponse>();
  let isStopping = false;
  const options = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    inFlight.add(outgoing);
    outgoing.on('close', () => inFlight.delete(outgoing));
    outgoing.shouldKeepAlive &&= !isStopping;
    void answer(incoming, outgoing);
  };
  const tlsServer =
    certificate === undefined
      ? null
      : createTlsServer(
          { ...options, ...tlsOptions(certificate), handshakeTimeout: limits.headersTimeoutMs },
          listener
        );
  const server = tlsServer ?? createServer(options, listener);
  // http knows of no connection before it has shaken hands.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.maxConnections = limits.maxConnections;
  return {
    server,
    scheme: tlsServer === null ? 'http' : 'https',
    useCertificate: (renewed) => {
      tlsServer?.setSecureContext(tlsOptions(renewed));
    },
    stop: async (graceMs) => {
      isStopping = true;
      for (const outgoing of inFlight) {
        outgoing.shouldKeepAlive = false;
      }
      return closeWithin(server, sockets, graceMs);
    },
  };
}

function tlsOptions({ cert, key }: Certificate) {
  return { cert, key, minVersion: minTlsVersion } as const;
}

function createListener(app: Hono<Env>): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const answer = getRequestListener(app.fetch, { errorHandler: renderFault });
  const answerUnreadable = getRequestListener(
    (request, bindings) => app.fetch(request, { ...bindings, isUnreadable: true }),
    { errorHandler: renderFault }
  );
  return async (incoming, outgoing) => {
    try {
      requireOneHost(incoming);
      await answer(incoming, outgoing);
    } catch (error) {
      if (!(error instanceof RequestError)) {
        throw error;
      }
      // The app answers and logs it as any other request, and needs an address for that; the connection is no good any more.
      incoming.url = unreadableUrl;
      outgoing.shouldKeepAlive = false;
      await answerUnreadable(incoming, outgoing);
    }
  };
}

// Node takes the first of several, and a server in front perhaps the last: RFC 9112 §3.2 wants none of them.
function requireOneHost({ rawHeaders }: IncomingMessage): void {
  const names = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (names.length > 1) {
    throw new RequestError('More than one Host header');
  }
}

// The app renders its own errors. A RequestError is of what never reached it.
function renderFault(error: unknown): Response {
  if (error instanceof RequestError) {
    throw error;
  }
  return Response.json({ error: { code: 'internal', message: 'Something went wrong' } }, { status: 500 });
}

async function closeWithin(server: Server | TlsServer, sockets: Set<Socket>, graceMs: number): Promise<boolean> {
  const closed = Promise.withResolvers<undefined>();
  let isInTime = true;
  // Not http's own close(): it resets connections that are kept alive, whatever a client is about to send on them.
  NetServer.prototype.close.call(server, () => {
    closed.resolve(undefined);
  });
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, idleCheckMs);
  const grace = setTimeout(() => {
    isInTime = false;
    server.closeAllConnections();
    for (const socket of sockets) {
      socket.destroy();
    }
  }, graceMs);
  await closed.promise;
  clearInterval(idle);
  clearTimeout(grace);
  // Ends http's own timers.
  server.close();
  return isInTime;
}
