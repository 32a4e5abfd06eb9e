import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { plainProblem } from './plainProblem.ts';
import { cutHeldBody } from './requestBody.ts';

/** Statuses for what is no request, by the code that Node gives it; all else is 400. */
const STATUSES: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Settles connections on which something other than a request came. A store whose client closes its half before the body
 * is whole is answered like one whose body is cut; everything else with a problem, unless an answer has begun.
 */
export function settleBrokenRequests(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const remember = ({ socket }: { socket: Duplex }, res: ServerResponse): void => {
    answers.set(socket, res);
  };
  server.on('request', remember).on('checkContinue', remember);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'HPE_INVALID_EOF_STATE' && cutHeldBody(socket)) return;
    const answer = answers.get(socket);
    const isAnswering = answer !== undefined && answer.headersSent && !answer.writableFinished;
    if (socket.writable && !isAnswering) socket.write(plainProblem(STATUSES[error.code ?? ''] ?? 400));
    socket.destroy(error);
  });
  // Node closes tunnels without a word, and leaves their connections to whoever listens.
  server.on('connect', (_req, socket) => {
    socket.on('error', () => undefined);
    socket.end(plainProblem(501), () => socket.destroy());
  });
}
