import type { Duplex } from 'node:stream';
import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** How long a client may go on sending a body that nobody reads, in milliseconds. */
const LINGER_MS = 5000;

/**
 * A request that is answered before its body was read (401, 403, 503) is drained for a moment, so that the client
 * sees the answer instead of a reset connection, and then cut off.
 */
export function dropUnreadBody(req: Request, res: Response, next: NextFunction): void {
  res.once('finish', () => {
    if (req.complete) return;
    const { heldBody } = res.locals as BodyLocals;
    if (heldBody === undefined) req.resume();
    else heldBody.drop();
    const timer = setTimeout(() => req.destroy(), LINGER_MS);
    req.once('close', () => {
      clearTimeout(timer);
    });
  });
  next();
}

/** How long the small body of an API request may take, in milliseconds. */
const SMALL_BODY_MS = 30_000;

/** Cuts off clients that hold a connection by sending a small body byte by byte. */
export function limitBodyTime(req: Request, _res: Response, next: NextFunction): void {
  const timer = setTimeout(() => req.destroy(), SMALL_BODY_MS);
  const stop = (): void => {
    clearTimeout(timer);
  };
  req.once('end', stop).once('close', stop);
  next();
}

/** Reads the small JSON body of an API request, if there is one. `limit` in bytes. */
export function smallJson(limit: number): RequestHandler[] {
  const wanted: RequestHandler = (req, res, next) => {
    continueBody(req, res);
    next();
  };
  return [limitBodyTime, wanted, json({ limit })];
}

/** Where the chunks of a body are taken from as they come. */
export interface BodySource {
  /** Bytes that came so far, taken or not. */
  readonly arrivedBytes: number;
  /** Whether more may come; `undecodable` where the bytes are not in the encoding that they should be in. */
  readonly state: 'open' | 'ended' | 'undecodable';
  /** Takes the next chunk that is here, and lets more come; undefined where none is. */
  take(): Buffer | undefined;
  /** Has `changed` called at each chunk and at the end; there is one listener. */
  listen(changed: () => void): void;
  /** Nothing more is taken: what is here and what still comes is dropped. */
  drop(): void;
}

/** Bytes of a body that are held before the sender is paused. */
const HELD_BYTES = 256 * 1024;

/**
 * The body of a request, taken from the moment the request arrives. When its connection breaks, what came before is
 * still read to its end, and then {@link cut} says so; of a request itself Node drops what was not read yet.
 *
 * It is no stream of Node: a second one behind that of the request would have its own work with each chunk of at most
 * 64 KB.
 */
export class HeldBody implements BodySource {
  readonly #req: Request;
  readonly #chunks: Buffer[] = [];
  #heldBytes = 0;
  #arrivedBytes = 0;
  #paused = false;
  #dropped = false;
  #cut = false;
  #ended = false;
  #changed: () => void = () => undefined;

  constructor(req: Request) {
    this.#req = req;
    req.on('data', this.#onData);
    req.on('end', () => {
      this.#end();
    });
    req.on('close', () => {
      // What came while the sender was paused, which Node would drop.
      for (let rest = read(req); rest !== null; rest = read(req)) this.#onData(rest);
      if (!req.complete) this.#cut = true;
      this.#end();
    });
    req.on('error', () => undefined);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#arrivedBytes += chunk.length;
    if (!this.#dropped) {
      this.#chunks.push(chunk);
      this.#heldBytes += chunk.length;
      if (this.#heldBytes >= HELD_BYTES) {
        this.#paused = true;
        this.#req.pause();
      }
    }
    this.#endWhereCut();
    this.#changed();
  };

  get arrivedBytes(): number {
    return this.#arrivedBytes;
  }

  get state(): 'open' | 'ended' {
    return this.#ended ? 'ended' : 'open';
  }

  take(): Buffer | undefined {
    const chunk = this.#chunks.shift();
    this.#heldBytes -= chunk?.length ?? 0;
    if (this.#paused && this.#heldBytes < HELD_BYTES) this.#resume();
    return chunk;
  }

  listen(changed: () => void): void {
    this.#changed = changed;
  }

  drop(): void {
    this.#dropped = true;
    this.#chunks.length = 0;
    this.#heldBytes = 0;
    this.#resume();
  }

  #resume(): void {
    this.#paused = false;
    this.#req.resume();
  }

  /** Nothing more comes, though the connection stays for the answer. What came is still read. */
  cutHere(): void {
    this.#cut = true;
    this.#endWhereCut();
  }

  #endWhereCut(): void {
    if (this.#cut && this.#req.readableLength === 0) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#changed();
  }

  /** Whether the body ended because its connection did. */
  get cut(): boolean {
    return this.#cut;
  }
}

const read = (req: Request): Buffer | null => req.read() as Buffer | null;

interface BodyLocals {
  heldBody?: HeldBody;
}

/** Bodies that are being taken, with the answers that wait for them, by connection. */
const beingTaken = new WeakMap<Duplex, { body: HeldBody; res: Response }>();

/** Takes the bodies of POST requests from now on, while it is found out whether they are wanted. */
export function holdBody(req: Request, res: Response, next: NextFunction): void {
  if (req.method === 'POST') {
    const body = new HeldBody(req);
    (res.locals as BodyLocals).heldBody = body;
    beingTaken.set(req.socket, { body, res });
    res.once('close', () => beingTaken.delete(req.socket));
  }
  next();
}

/**
 * Ends the body that is being taken on a connection whose client closed its own half too early: what came whole is kept,
 * and the answer says so. False where there is none, or it is being answered already.
 */
export function cutHeldBody(socket: Duplex): boolean {
  const taken = beingTaken.get(socket);
  if (taken === undefined || taken.res.headersSent) return false;
  taken.res.set('Connection', 'close');
  taken.body.cutHere();
  return true;
}

/** The body that {@link holdBody} takes. @throws Error when a route forgot to ask for one */
export function heldBodyOf(res: Response): HeldBody {
  const { heldBody } = res.locals as BodyLocals;
  if (heldBody === undefined) throw new Error('route reached without a held body');
  return heldBody;
}

/** Asks for the body of a request that waits for it (`Expect: 100-continue`), once it is known to be wanted. */
export function continueBody(req: Request, res: Response): void {
  if (/^100-continue$/i.test(req.get('expect') ?? '')) res.writeContinue();
}
