import type { Uid } from './types.ts';

const pattern = /^[0-9]+(\.[0-9]+)*$/;

/**
 * Checks a UID (PS3.5 §9.1): at most 64 characters, components of digits joined by single dots. Padding (NUL, space)
 * at the end is taken off. A leading zero in a component is forbidden by the standard but common in stored
 * objects, so it is accepted; characters and length are not negotiable.
 */
export function parseUid(text: string): Uid | null {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0 || text.charCodeAt(end - 1) === 0x20)) end--;
  if (end === 0 || end > 64) return null;
  const uid = end === text.length ? text : text.slice(0, end);
  return pattern.test(uid) ? (uid as Uid) : null;
}

/** A new UID under 2.25: the decimal form of a random UUID (PS3.5 Annex B.2). */
export function newUid(): Uid {
  return `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`).toString()}` as Uid;
}
