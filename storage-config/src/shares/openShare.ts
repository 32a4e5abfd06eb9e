import type pg from 'pg';
import { isPassword, PasswordsBusy } from '../accounts/password.ts';
import { hashSecret } from '../secrets.ts';
import { beginShareSession } from './shareSession.ts';
import type { ShareOpener, ShareOpening, ShareOutcome } from './shareOutcome.ts';
import { forgetShareFailure, noteShareFailure } from './shareFailures.ts';
import {
  factorText,
  type Guardian,
  LOCKED,
  MAX_FACTOR_FAILURES,
  MAX_FACTOR_FAILURES_IN_ALL,
  type ShareAudience,
  type ShareExam,
  type ShareFactor,
} from './share.ts';
import { EXAMS } from './readShares.ts';

/** Wrong factors that are free; each further one keeps the next waiting, twice as long each time, up to the longest. */
const FREE_FAILURES = 3;
const FIRST_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 600;

interface ShareRow {
  share_id: string;
  alias: string;
  hospital_code: string;
  factor: ShareFactor;
  factor_hash: string | null;
  factor_used: boolean;
  audience: ShareAudience;
  guardian_relation: Guardian['relation'] | null;
  requires_sign_in: boolean;
  sign_in_hospitals: string[];
  sign_in_account: string | null;
  not_before: Date;
  expires_at: Date;
  revoked: boolean;
  expired: boolean;
  early: boolean;
  used_up: boolean;
  locked: boolean;
  wait_seconds: number;
  attempts_left: number;
  exams: ShareExam[];
}

/**
 * Exchanges the token of a link, and what is asked for beside it, for a session. An attempt is counted before it is tried,
 * so that many at once are no more than one after the other.
 *
 * @param factor null: the page only asks what will be asked for
 */
export async function openShare(
  pool: pg.Pool,
  token: string,
  factor: string | null,
  { address, device, person }: ShareOpening,
): Promise<ShareOutcome> {
  const { rows } = await pool.query<ShareRow>(
    `SELECT h.share_id, h.alias, h.hospital_code, h.factor, h.factor_hash, h.factor_used_at IS NOT NULL AS factor_used,
            h.audience, h.guardian_relation, h.requires_sign_in, h.sign_in_hospitals, h.sign_in_account, h.not_before,
            h.expires_at, h.revoked_at IS NOT NULL AS revoked, h.expires_at <= now() AS expired, h.not_before > now() AS early,
            h.uses >= h.max_uses IS TRUE AS used_up, ${LOCKED} AS locked,
            greatest(ceil(extract(epoch FROM h.next_attempt_at - now())), 0)::integer AS wait_seconds,
            greatest(least(${MAX_FACTOR_FAILURES} - h.failures, ${MAX_FACTOR_FAILURES_IN_ALL} - h.failures_in_all), 0)
              AS attempts_left,
            e.exams
       FROM share h CROSS JOIN LATERAL (${EXAMS}) AS e
      WHERE h.token_hash = $1`,
    [hashSecret(token)],
  );
  const [share] = rows;
  if (share === undefined) {
    const seconds = (await noteShareFailure(pool, null, address)).waitSeconds;
    return seconds > 0 ? { kind: 'wait', seconds } : { kind: 'unknown' };
  }
  const over = overBecause(share);
  if (over !== null) return { kind: 'over', why: over };
  if (share.early) return { kind: 'notYet', from: share.not_before };
  const { hospital_code: hospital, share_id: id } = share;
  if (share.requires_sign_in) {
    if (person === null) return { kind: 'signInNeeded', hospital, hospitals: share.sign_in_hospitals };
    const isMeant = fitsSignIn(
      { hospitals: share.sign_in_hospitals, account: share.sign_in_account },
      person,
    );
    if (!isMeant) return { kind: 'notForYou', id, hospital };
  }
  const opening = { address, device, person: share.requires_sign_in ? person : null };
  if (share.factor_hash === null) return beginShareSession(pool, share, opening);
  if (factor === null || factor.trim() === '') {
    return {
      kind: 'factorNeeded',
      alias: share.alias,
      factor: share.factor,
      hospital,
      audience: share.audience,
      relation: share.guardian_relation,
      exams: share.exams,
      waitSeconds: share.wait_seconds,
      attemptsLeft: share.attempts_left,
    };
  }
  if (share.factor_used) return { kind: 'codeUsed' };
  return tryFactor(pool, share, factor, share.factor_hash, opening);
}

/** Whether somebody who is signed in is one of those whom a share is for. */
export const fitsSignIn = (
  wanted: { hospitals: readonly string[]; account: string | null },
  person: Pick<ShareOpener, 'id' | 'hospitals'>,
): boolean =>
  (wanted.account === null || wanted.account === person.id) &&
  (wanted.hospitals.length === 0 ||
    person.hospitals === null ||
    person.hospitals.some((code) => wanted.hospitals.includes(code)));

async function tryFactor(
  pool: pg.Pool,
  share: ShareRow,
  factor: string,
  hash: string,
  opening: ShareOpening,
): Promise<ShareOutcome> {
  const { share_id: id, hospital_code: hospital } = share;
  const noted = await noteShareFailure(pool, id, opening.address);
  if (noted.waitSeconds > 0) return { kind: 'wait', seconds: noted.waitSeconds };
  const { rows } = await pool.query<{ left: number; wait: number }>(
    `UPDATE share AS h
        SET failures = failures + 1, failures_in_all = failures_in_all + 1,
            next_attempt_at = CASE WHEN failures + 1 < $2 THEN now()
                                   ELSE now() + make_interval(secs => least($3 * 2.0 ^ (failures + 1 - $2), $4)) END
      WHERE share_id = $1 AND NOT ${LOCKED} AND next_attempt_at <= now()
      RETURNING least(${MAX_FACTOR_FAILURES} - failures, ${MAX_FACTOR_FAILURES_IN_ALL} - failures_in_all) AS left,
                greatest(ceil(extract(epoch FROM next_attempt_at - now())), 0)::integer AS wait`,
    [id, FREE_FAILURES, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS],
  );
  const [attempt] = rows;
  if (attempt === undefined) {
    await forgetShareFailure(pool, noted.id);
    return refusedAttempt(pool, id);
  }
  let isRight: boolean;
  try {
    isRight = await isPassword(factorText(factor), hash);
  } catch (error) {
    // What was not compared for want of time is no failure.
    if (error instanceof PasswordsBusy) await takeBack(pool, id, noted.id);
    throw error;
  }
  if (!isRight) return { kind: 'factorWrong', id, hospital, left: attempt.left, waitSeconds: attempt.wait };
  const outcome = await beginShareSession(pool, share, opening);
  await takeBack(pool, id, noted.id);
  return outcome;
}

/** Locked meanwhile, or to be tried later. */
async function refusedAttempt(pool: pg.Pool, id: string): Promise<ShareOutcome> {
  const { rows } = await pool.query<{ locked: boolean; wait: number }>(
    `SELECT ${LOCKED} AS locked, greatest(ceil(extract(epoch FROM next_attempt_at - now())), 1)::integer AS wait
       FROM share h WHERE share_id = $1`,
    [id],
  );
  const [now] = rows;
  return now?.locked === false ? { kind: 'wait', seconds: now.wait } : { kind: 'over', why: 'locked' };
}

async function takeBack(pool: pg.Pool, share: string, failure: string): Promise<void> {
  await pool.query(
    `UPDATE share SET failures = greatest(failures - 1, 0), failures_in_all = greatest(failures_in_all - 1, 0),
                      next_attempt_at = now() WHERE share_id = $1`,
    [share],
  );
  await forgetShareFailure(pool, failure);
}

function overBecause(share: ShareRow): 'revoked' | 'expired' | 'usedUp' | 'locked' | null {
  if (share.revoked) return 'revoked';
  if (share.expired) return 'expired';
  if (share.locked) return 'locked';
  return share.used_up ? 'usedUp' : null;
}
