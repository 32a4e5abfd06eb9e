import { createHash } from 'node:crypto';
import { networkOf } from '@hutong/storage-config';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** Failures in {@link SECONDS} that lock a client at an address, and after which an address is told nothing more. */
const OF_CLIENT = 20;
const OF_ADDRESS = 200;
const SECONDS = 600;

/**
 * Failed attempts of clients to show who they are. Secrets have 256 bits: this is to keep noise away, and must lock out
 * nobody. So they are counted by client and address, and a stranger who knows a client's id alone locks it for the own
 * address; where an address fails again and again with whatever names, what fails is refused without a word, and what
 * is right still passes. What is kept is bounded by that as well.
 */
export class FailedAttempts {
  readonly #clients = new RateLimiterMemory({ points: OF_CLIENT, duration: SECONDS, keyPrefix: 'client' });
  readonly #addresses = new RateLimiterMemory({
    points: OF_ADDRESS,
    duration: SECONDS,
    keyPrefix: 'address',
  });

  /** Seconds until another attempt of a client is taken from an address; 0: now. */
  async locked(client: string, address: string): Promise<number> {
    return remaining(await this.#clients.get(keyOf(client, address)), OF_CLIENT);
  }

  /**
   * Counts a failure.
   *
   * @param client as it named itself; empty: not in a way that is known before it is tried
   * @returns seconds for which the address should be quiet; 0: it is told what failed
   */
  async count(client: string, address: string): Promise<number> {
    const network = networkOf(address);
    const seconds = remaining(await this.#addresses.get(network), OF_ADDRESS);
    if (seconds > 0) return seconds;
    await Promise.allSettled([
      this.#addresses.consume(network),
      ...(client === '' ? [] : [this.#clients.consume(keyOf(client, address))]),
    ]);
    return 0;
  }
}

/** Names are the sender's, and as long as it likes. */
const keyOf = (client: string, address: string): string =>
  `${createHash('sha256').update(client).digest('base64')} ${networkOf(address)}`;

const remaining = (counted: RateLimiterRes | null, points: number): number =>
  counted !== null && counted.consumedPoints >= points ? Math.ceil(counted.msBeforeNext / 1000) : 0;
