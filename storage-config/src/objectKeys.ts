import { createHash, randomUUID } from 'node:crypto';
import type { Uid } from '@hutong/dicom';

/**
 * How objects are named. The layout is part of the data's contract: the index can be rebuilt from it.
 *
 *     instances/<hospital>/<fan-out>/<study>/<series>/<sop>~<attempt>
 *     tombstones/<hospital>/<fan-out>/<study>~<attempt>
 *
 * Hospital first, so that policies and lifecycle rules can be given by hospital. The fan-out is the first
 * byte of SHA-256(StudyInstanceUID) in hex: it spreads one hospital's objects over 256 prefixes, as UIDs of one
 * device share a long beginning. The attempt is the time of receipt (milliseconds, base 36) and 64 random bits,
 * so two attempts to store one instance never share a key and no race can overwrite acknowledged bytes.
 */
export interface InstanceIdentity {
  hospital: string;
  studyInstanceUid: Uid;
  seriesInstanceUid: Uid;
  sopInstanceUid: Uid;
}

export const INSTANCES_PREFIX = 'instances/';
export const TOMBSTONES_PREFIX = 'tombstones/';

/** A new key for one attempt to store an instance; every call gives another. */
export function instanceObjectKey(identity: InstanceIdentity): string {
  return `${INSTANCES_PREFIX}${pathOf(identity)}~${newAttempt()}`;
}

/** A new key for the object that says which instances of a study ended, or are current again, with one event. */
export function tombstoneObjectKey(study: Pick<InstanceIdentity, 'hospital' | 'studyInstanceUid'>): string {
  return `${TOMBSTONES_PREFIX}${studyPath(study)}~${newAttempt()}`;
}

function pathOf({ seriesInstanceUid, sopInstanceUid, ...study }: InstanceIdentity): string {
  return `${studyPath(study)}/${seriesInstanceUid}/${sopInstanceUid}`;
}

function studyPath({
  hospital,
  studyInstanceUid,
}: Pick<InstanceIdentity, 'hospital' | 'studyInstanceUid'>): string {
  const fanOut = createHash('sha256').update(studyInstanceUid).digest('hex').slice(0, 2);
  return `${hospital}/${fanOut}/${studyInstanceUid}`;
}

/** Of a version 4 UUID the digits that are all random: the system is asked for randomness once for many of them. */
function newAttempt(): string {
  const uuid = randomUUID();
  return `${Date.now().toString(36)}-${uuid.slice(0, 8)}${uuid.slice(-8)}`;
}

const INSTANCE_KEY =
  /^instances\/([a-z0-9][a-z0-9-]{0,31})\/[0-9a-f]{2}\/([0-9.]{1,64})\/([0-9.]{1,64})\/([0-9.]{1,64})~([0-9a-z]+)-[0-9a-f]{16}$/;

/** What a key of {@link instanceObjectKey} says; null for any other key. */
export function parseInstanceObjectKey(key: string): (InstanceIdentity & { receivedAt: Date }) | null {
  const match = INSTANCE_KEY.exec(key);
  if (match === null) return null;
  const [, hospital = '', study, series, sop, time = ''] = match;
  return {
    hospital,
    studyInstanceUid: study as Uid,
    seriesInstanceUid: series as Uid,
    sopInstanceUid: sop as Uid,
    receivedAt: new Date(Number.parseInt(time, 36)),
  };
}

/** The key is not one an object may have. */
export class InvalidObjectKey extends Error {
  override name = 'InvalidObjectKey';
}

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,199}$/;
/** Ends the name of the file that keeps an object's metadata; no object may be called so. */
export const METADATA_SUFFIX = '.meta';

/**
 * Checks a key before it becomes a path: segments of safe characters that begin with a letter or digit
 * (so neither `..` nor a hidden file), at most 900 bytes in all.
 *
 * @throws InvalidObjectKey
 */
export function checkObjectKey(key: string): string {
  const wellFormed = key.length <= 900 && key.split('/').every((segment) => SEGMENT.test(segment));
  if (!wellFormed || key.endsWith(METADATA_SUFFIX))
    throw new InvalidObjectKey('the object key is not well-formed');
  return key;
}
