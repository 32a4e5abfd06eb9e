import { once } from 'node:events';
import { isIP, type Socket, connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { StoredAuditEvent } from '@hutong/storage-config';
import { tlsFiles } from './credentialFiles.ts';
import {
  type AuditReceiver,
  DeliveryFailed,
  networkReason,
  type Receipt,
  type ReceiverFiles,
} from './receiver.ts';
import { frame, syslogMessage } from './syslogMessage.ts';

/** Ports where none is named: RFC 5425 for TLS, RFC 6587's for TCP. */
const USUAL_PORTS: Readonly<Record<string, number>> = { 'tls:': 6514, 'tcp:': 601 };
/** Longest that a receiver may take nothing, or may take to close after everything was sent, in milliseconds. */
const SILENCE_MS = 20_000;

/**
 * Syslog over TLS (RFC 5425) or TCP with octet counting (RFC 6587). Syslog knows no acknowledgement, and bytes that the
 * kernel took may never arrive. So each delivery is a connection of its own that we end, and is confirmed by the receiver
 * closing its side without an error: it does so when it has read to the end, while one that ended before resets the
 * connection.
 */
export function syslogReceiver(url: URL, files: ReceiverFiles, source: string): AuditReceiver {
  return {
    async deliver(events, signal) {
      const socket = await connect(url, files, signal);
      const watch = watchOf(socket, signal);
      try {
        return await send(socket, watch, events, source);
      } catch (error) {
        throw new DeliveryFailed(networkReason(watch.failure ?? error));
      } finally {
        watch.stop();
        socket.destroy();
      }
    },
  };
}

async function connect(url: URL, files: ReceiverFiles, signal: AbortSignal): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (USUAL_PORTS[url.protocol] ?? 0) : Number(url.port);
  const isTls = url.protocol === 'tls:';
  const socket = isTls
    ? connectTls({
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: true,
        ...(await tlsFiles(files)),
      })
    : connectTcp({ host, port, allowHalfOpen: true });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]);
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal: limit });
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw new DeliveryFailed(limit.aborted ? 'no connection in time' : networkReason(error));
  }
  return socket;
}

interface Watch {
  /** What went wrong with the connection, from whichever side. */
  failure: Error | null;
  /** Resolves when the receiver has ended its side. */
  ended: Promise<undefined>;
  /** Rejects with the failure. */
  failed: Promise<never>;
  ending: boolean;
  stop(): void;
}

function watchOf(socket: Socket, signal: AbortSignal): Watch {
  const failed = Promise.withResolvers<never>();
  const ended = Promise.withResolvers<undefined>();
  failed.promise.catch(() => undefined);
  const watch: Watch = {
    failure: null,
    ended: ended.promise,
    failed: failed.promise,
    ending: false,
    stop: () => signal.removeEventListener('abort', abort),
  };
  const fail = (error: Error): void => {
    watch.failure ??= error;
    failed.reject(watch.failure);
  };
  const abort = (): void => fail(new DeliveryFailed('the worker stops'));
  signal.addEventListener('abort', abort, { once: true });
  socket.on('error', fail);
  socket.setTimeout(SILENCE_MS, () => fail(new DeliveryFailed('the receiver takes nothing')));
  socket.on('end', () => {
    if (watch.ending) ended.resolve(undefined);
    else fail(new DeliveryFailed('the receiver ended the connection'));
  });
  socket.on('close', () => fail(new DeliveryFailed('the connection was lost')));
  // Receivers of syslog say nothing; what they say all the same is not looked at.
  socket.resume();
  return watch;
}

async function send(
  socket: Socket,
  watch: Watch,
  events: AsyncIterable<readonly StoredAuditEvent[]>,
  source: string,
): Promise<Receipt> {
  let delivered = 0;
  for await (const page of events) {
    const bytes = Buffer.concat(page.map((event) => frame(syslogMessage(event, source))));
    delivered += page.length;
    if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), watch.failed]);
    if (watch.failure !== null) throw watch.failure;
  }
  watch.ending = true;
  socket.end();
  await Promise.race([watch.ended, watch.failed]);
  return { delivered, rejected: 0 };
}
