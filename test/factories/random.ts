import { createHash } from 'node:crypto';

import type { Uid } from '@hutong/dicom';

/** A stream of numbers that is the same for the same seed on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Normal with mean 0 and standard deviation 1. */
  normal(): number;
  /** One of the values. */
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** 32 bits of a seed text. */
export function hash32(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32LE(0);
}

/** Deterministic random numbers from a seed text (mulberry32). */
export function randomFrom(seed: string): Random {
  let state = hash32(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  };
}

/**
 * A UID that is the same for the same seed: root 2.25 with the decimal value of a UUID made from
 * a digest of the seed (PS3.5 §B.2). At most 44 characters.
 */
export function uidFrom(seed: string): Uid {
  const digest = createHash('sha256').update(seed).digest().subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80; // version 8: free form (RFC 9562)
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.toString('hex')}`).toString()}` as Uid;
}
