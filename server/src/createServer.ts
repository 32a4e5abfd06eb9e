import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { HutongConfig } from '@hutong/storage-config';
import { settleBrokenRequests } from './brokenRequests.ts';
import { workDone } from './openWork.ts';

/** A server that listens. */
export interface RunningServer {
  /** Base URL as a client on this machine reaches it, without a trailing slash. */
  url: string;
  port: number;
  /** Stops accepting, lets open requests finish within the configured time, then cuts them off. */
  close(): Promise<void>;
}

/** How long a client may take to send its request's headers, in milliseconds. */
const HEADERS_TIMEOUT_MS = 20_000;
/** Longer than the idle time of usual proxies, so that it is they who close. */
const KEEP_ALIVE_MS = 75_000;
/** The request line among them: a key of a search may list 1,000 UIDs of 64 characters. */
export const MAX_HEADER_BYTES = 80 * 1024;
/** Connections with nothing going either way for this much longer than a silent upload may last are closed. */
const SILENCE_AFTER_UPLOAD_TIMEOUT_MS = 60_000;

/**
 * Starts the HTTP server.
 *
 * @throws Error when the port cannot be had
 */
export async function listen(
  app: Express,
  config: Pick<HutongConfig, 'host' | 'port' | 'servers' | 'uploadTimeoutSeconds' | 'shutdownSeconds'>,
): Promise<RunningServer> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Stores of many gigabytes take as long as they take; the store's own reader gives up on silent clients.
    requestTimeout: 0,
    noDelay: true,
    // The app asks for it, in words; HTTP/1.0 has none.
    requireHostHeader: false,
  });
  server.timeout = config.uploadTimeoutSeconds * 1000 + SILENCE_AFTER_UPLOAD_TIMEOUT_MS;
  settleBrokenRequests(server);
  // Both ways the app answers; it asks for the body itself once the request is known to be allowed.
  server.on('request', app).on('checkContinue', app).on('checkExpectation', app);
  server.listen({ port: config.port, host: config.host, reusePort: config.servers > 1 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${urlHost(config.host)}:${port}`,
    port,
    close: () => closeWithin(server, app, config.shutdownSeconds * 1000),
  };
}

/** The host part of a URL that reaches the address: any-addresses are no destinations, IPv6 needs brackets. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function closeWithin(server: Server, app: Express, milliseconds: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Streams without an end of their own are to end.
  app.emit('closing');
  server.closeIdleConnections();
  // Connections that become idle while others finish are closed as they do.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 200);
  const deadline = setTimeout(() => {
    server.closeAllConnections();
  }, milliseconds);
  await closed;
  await workDone(app);
  clearInterval(sweep);
  clearTimeout(deadline);
}
