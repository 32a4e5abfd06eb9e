import { type HutongConfig, networkOf } from '@hutong/storage-config';
import type { NextFunction, Request, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { credentialsOf } from '../auth/credentials.ts';
import { callerOf } from '../context.ts';
import { type HttpProblem, problem } from '../problem.ts';

type LimitSettings = Pick<
  HutongConfig,
  'auth' | 'requestsPerMinute' | 'requestsAtOnce' | 'strangerRequestsPerMinute'
>;

/** So many times what strangers may ask, anybody may of what looks at no credential: people of a hospital share an address. */
const OF_ANYBODY = 5;

/** What was refused because there was too much of it; counted by {@link RequestLimits.onRefused}. */
export type LimitKind = 'caller' | 'atOnce' | 'stranger';

/**
 * Bounds on what one caller, and one address whose callers are not known, may ask of this process. They keep a program that
 * runs wild from taking the server from the others; against guessing there are 256-bit secrets and locks of their own.
 * Each of several servers counts for itself.
 */
export class RequestLimits {
  readonly #settings: LimitSettings;
  readonly #callers: RateLimiterMemory | null;
  readonly #strangers: RateLimiterMemory | null;
  readonly #anybody: RateLimiterMemory | null;
  readonly #open = new Map<string, number>();
  readonly #onRefused: (kind: LimitKind) => void;

  constructor(settings: LimitSettings, onRefused: (kind: LimitKind) => void = () => undefined) {
    this.#settings = settings;
    this.#callers = perMinute(settings.requestsPerMinute);
    // In a trial nobody shows credentials, and only this machine asks.
    this.#strangers = settings.auth === 'off' ? null : perMinute(settings.strangerRequestsPerMinute);
    this.#anybody =
      settings.auth === 'off' ? null : perMinute(settings.strangerRequestsPerMinute * OF_ANYBODY);
    this.#onRefused = onRefused;
  }

  /** Stands behind authentication: so many requests a minute, and so many at once, for each caller. */
  readonly ofCaller = async (_req: Request, res: Response, next: NextFunction): Promise<void> => {
    const { kind, id } = callerOf(res);
    const key = `${kind}:${id}`;
    this.#countOpen(key, res);
    await this.#take(this.#callers, key, 'caller');
    next();
  };

  /** Stands before what needs no credential: so many requests a minute for each address that shows none. */
  readonly ofStranger = async (req: Request, _res: Response, next: NextFunction): Promise<void> => {
    if (credentialsOf(req).kind === 'none') await this.#take(this.#strangers, addressOf(req), 'stranger');
    next();
  };

  /**
   * Stands before what keeps something for whoever asks, and looks at no credential of a caller: so many requests a minute
   * for each address, whatever it shows.
   */
  readonly ofAnybody = async (req: Request, _res: Response, next: NextFunction): Promise<void> => {
    await this.#take(this.#anybody, addressOf(req), 'stranger');
    next();
  };

  /** A credential was shown that is none. @throws HttpProblem 429 where the address did so too often */
  async countWrongCredential(req: Request): Promise<void> {
    await this.#take(this.#strangers, addressOf(req), 'stranger');
  }

  #countOpen(key: string, res: Response): void {
    const open = (this.#open.get(key) ?? 0) + 1;
    if (open > this.#settings.requestsAtOnce) {
      this.#onRefused('atOnce');
      throw tooMany(1, 'at once', '同时进行的请求');
    }
    this.#open.set(key, open);
    res.once('close', () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    });
  }

  async #take(limiter: RateLimiterMemory | null, key: string, kind: LimitKind): Promise<void> {
    if (limiter === null) return;
    try {
      await limiter.consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      this.#onRefused(kind);
      throw tooMany(Math.ceil(error.msBeforeNext / 1000), 'in a minute', '每分钟的请求');
    }
  }
}

/** Whoever has one address of an IPv6 network has them all. */
const addressOf = (req: Request): string => networkOf(req.ip ?? '');

const perMinute = (points: number): RateLimiterMemory | null =>
  points === 0 ? null : new RateLimiterMemory({ points, duration: 60 });

const tooMany = (seconds: number, what: string, whatZh: string): HttpProblem =>
  problem('too-many-requests', {
    detail: `There were too many requests ${what}. Go on in ${seconds} s.`,
    detailZh: `${whatZh}过多，请在 ${seconds} 秒后继续。`,
    headers: { 'Retry-After': String(seconds) },
  });
