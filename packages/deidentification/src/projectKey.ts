import { createHmac } from 'node:crypto';

const MAX_SHIFT_DAYS = 365;
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/**
 * What replaces identities in one project, derived from its secret: the same input gives the same output in every export
 * of the project, and nothing of it can be computed without the secret.
 */
export interface ProjectKey {
  /** A pseudonym of 12 letters and digits (about 59 bits) behind the prefix. */
  pseudonym(patient: string): string;
  /** Days by which the dates of a patient move: within a year either way, never none. */
  shiftDays(patient: string, keepWeekday: boolean): number;
  /** The UID that stands for another, under 2.25 (PS3.5 §B.2). */
  uid: (original: string) => string;
}

/**
 * @param secret at least 32 bytes
 * @param prefix of pseudonyms, at most 16 characters
 */
export function projectKey(secret: Uint8Array, prefix: string): ProjectKey {
  if (secret.length < 32) throw new RangeError('The secret of a project has at least 32 bytes.');
  const mac = (kind: string, text: string): Buffer =>
    createHmac('sha256', secret).update(`${kind}\0${text}`, 'utf8').digest();
  const uids = new Map<string, string>();
  return {
    pseudonym: (patient) => {
      const bytes = mac('patient', patient);
      const letters = Array.from(bytes.subarray(0, 12), (byte) => LETTERS[byte % LETTERS.length]);
      return `${prefix}${letters.join('')}`;
    },
    shiftDays: (patient, keepWeekday) => {
      const step = keepWeekday ? 7 : 1;
      const steps = Math.floor(MAX_SHIFT_DAYS / step);
      const number = mac('days', patient).readUInt32BE(0) % (2 * steps);
      return step * (number < steps ? number - steps : number - steps + 1);
    },
    uid: (original) => {
      const known = uids.get(original);
      if (known !== undefined) return known;
      if (uids.size > 50_000) uids.clear();
      const mapped = `2.25.${BigInt(`0x${mac('uid', original).subarray(0, 16).toString('hex')}`)}`;
      uids.set(original, mapped);
      return mapped;
    },
  };
}
