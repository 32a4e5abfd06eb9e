import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** Failures in {@link SECONDS} that lock a client at an address, and an address. */
const OF_CLIENT = 20;
const OF_ADDRESS = 200;
const SECONDS = 600;

/**
 * Failed attempts to get tokens. They are counted by client and address, so that nobody locks a client for others, and by
 * address. Secrets have 256 bits: this is to keep noise away, and guessing with what was stolen in part.
 */
export class FailedAttempts {
  readonly #clients = new RateLimiterMemory({ points: OF_CLIENT, duration: SECONDS, keyPrefix: 'client' });
  readonly #addresses = new RateLimiterMemory({
    points: OF_ADDRESS,
    duration: SECONDS,
    keyPrefix: 'address',
  });

  /** Seconds until another attempt is taken; 0: now. */
  async locked(subject: string, address: string): Promise<number> {
    const left = [
      remaining(await this.#clients.get(subject), OF_CLIENT),
      remaining(await this.#addresses.get(address), OF_ADDRESS),
    ];
    return Math.max(...left);
  }

  async count(subject: string, address: string): Promise<void> {
    await Promise.allSettled([this.#clients.consume(subject), this.#addresses.consume(address)]);
  }
}

const remaining = (counted: RateLimiterRes | null, points: number): number =>
  counted !== null && counted.consumedPoints >= points ? Math.ceil(counted.msBeforeNext / 1000) : 0;
