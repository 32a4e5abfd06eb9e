import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { ChangeAction } from './changes.ts';
import { isSealed, type SecretBox, SecretBoxError } from './secretBox.ts';

export const WEBHOOK_FORMATS = ['json', 'fhir'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** Where changes are delivered to. */
export interface Webhook {
  id: string;
  /** null: changes of every hospital. */
  hospitalCode: string | null;
  url: string;
  /** null: every action. */
  actions: ChangeAction[] | null;
  /** How changes are told: as JSON, or as Bundles of FHIR resources. */
  format: WebhookFormat;
  /** Bundles say who the patients are; else they hold ids alone. */
  withPatients: boolean;
  active: boolean;
  /** Number of the last change that was delivered, or passed over by the filter. */
  cursor: number;
  /** Failed attempts since the last success. */
  failures: number;
  lastError: string | null;
  lastSuccessAt: Date | null;
  nextAttemptAt: Date;
  createdAt: Date;
}

export interface NewWebhook {
  hospital: string | null;
  url: string;
  actions?: readonly ChangeAction[] | null;
  /** Deliver what is kept of the past too, not only what happens from now on. */
  fromOldest?: boolean;
  format?: WebhookFormat;
  /** Of the format `fhir` alone. */
  withPatients?: boolean;
}

const COLUMNS = `webhook_id AS id, hospital_code AS "hospitalCode", url, actions, format, with_patients AS "withPatients", active,
  cursor, failures,
  last_error AS "lastError", last_success_at AS "lastSuccessAt", next_attempt_at AS "nextAttemptAt",
  created_at AS "createdAt"`;

const MAX_URL = 2000;

/** What is wrong with the URL of a webhook; null when nothing is. */
export function webhookUrlProblem(text: string): { en: string; zh: string } | null {
  if (text.length > MAX_URL || !URL.canParse(text)) return { en: 'it is no URL', zh: '不是有效的 URL' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { en: 'it begins neither with https: nor http:', zh: '须以 https: 或 http: 开头' };
  if (url.username !== '' || url.password !== '')
    return { en: 'it holds a user name or password', zh: '不得包含用户名或密码' };
  return null;
}

const contextOf = (id: string): string => `webhook:${id}`;

/** As it is kept: sealed where there is a key to seal with. */
const kept = (secret: string, id: string, box: SecretBox | null): string =>
  box?.usable === true ? box.seal(secret, contextOf(id)) : secret;

/** @throws SecretBoxError when it is sealed and the key is not there */
function opened(secret: string, id: string, box: SecretBox | null): string {
  if (!isSealed(secret)) return secret;
  if (box === null) throw new SecretBoxError('the secret of a webhook is sealed, and there is no key');
  return box.openText(secret, contextOf(id));
}

/**
 * Adds a webhook. The secret that signs its deliveries is returned this once.
 *
 * @param box seals the secret; null where it is to lie there as it is
 */
export async function addWebhook(
  client: pg.Pool | pg.PoolClient,
  webhook: NewWebhook,
  box: SecretBox | null = null,
): Promise<{ webhook: Webhook; secret: string }> {
  // As Standard Webhooks writes secrets: 24 to 64 random bytes.
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const id = randomUUID();
  const { rows } = await client.query<Webhook>(
    `INSERT INTO webhook (hospital_code, url, secret, actions, cursor, webhook_id, format, with_patients)
     SELECT $1, $2, $3, $4, CASE WHEN $5 THEN forgotten ELSE last END, $6, $7, $8 FROM change_position
     RETURNING ${COLUMNS}`,
    [
      webhook.hospital,
      webhook.url,
      kept(secret, id, box),
      webhook.actions ?? null,
      webhook.fromOldest ?? false,
      id,
      webhook.format ?? 'json',
      webhook.withPatients ?? false,
    ],
  );
  const [added] = rows;
  if (added === undefined) throw new Error('the webhook was not recorded');
  return { webhook: added, secret };
}

/** Webhooks of these hospitals, or, for null, of all and of the region; oldest first. Never their secrets. */
export async function listWebhooks(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[] | null,
): Promise<Webhook[]> {
  const { rows } = await client.query<Webhook>(
    `SELECT ${COLUMNS} FROM webhook
      WHERE $1::text[] IS NULL OR hospital_code = ANY ($1) ORDER BY created_at, webhook_id`,
    [hospitals],
  );
  return rows;
}

/** Ends a webhook. The hospital it was of; undefined when there is none with the id among those of the hospitals. */
export async function removeWebhook(
  client: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
): Promise<string | null | undefined> {
  const { rows } = await client.query<{ hospital: string | null }>(
    `DELETE FROM webhook WHERE webhook_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
      RETURNING hospital_code AS hospital`,
    [id, hospitals],
  );
  return rows[0]?.hospital;
}

/** Pauses a webhook, or has it go on at once from where it stood. Null when there is none. */
export async function setWebhookActive(
  client: pg.Pool | pg.PoolClient,
  id: string,
  active: boolean,
  hospitals: readonly string[] | null,
): Promise<Webhook | null> {
  const { rows } = await client.query<Webhook>(
    `UPDATE webhook SET active = $2, next_attempt_at = now()
      WHERE webhook_id = $1 AND ($3::text[] IS NULL OR hospital_code = ANY ($3)) RETURNING ${COLUMNS}`,
    [id, active, hospitals],
  );
  return rows[0] ?? null;
}

/** URL and secret of a webhook, for a test delivery; null when there is none. @throws SecretBoxError */
export async function findWebhookTarget(
  client: pg.Pool | pg.PoolClient,
  id: string,
  box: SecretBox | null = null,
): Promise<{ url: string; secret: string } | null> {
  const { rows } = await client.query<{ url: string; secret: string }>(
    'SELECT url, secret FROM webhook WHERE webhook_id = $1',
    [id],
  );
  const [found] = rows;
  return found === undefined ? null : { url: found.url, secret: opened(found.secret, id, box) };
}

/** A webhook that one worker holds. */
export interface LeasedWebhook extends Webhook {
  secret: string;
  lease: string;
}

/** When a webhook whose secret cannot be opened is tried again. */
const UNOPENED: WebhookBackoff = { firstSeconds: 60, maxSeconds: 900 };

/** How long a worker that is not heard of keeps its lease, in seconds; longer than one delivery may take. */
const LEASE_SECONDS = 30;

/**
 * Takes one webhook that has something to deliver, is due, and is held by nobody who is alive: so one worker of all
 * delivers to a webhook at a time.
 */
export async function leaseDueWebhook(
  client: pg.Pool,
  box: SecretBox | null = null,
): Promise<LeasedWebhook | null> {
  const { rows } = await client.query<LeasedWebhook>(
    `UPDATE webhook SET lease = $1, leased_until = now() + make_interval(secs => $2)
      WHERE webhook_id = (
        SELECT webhook_id FROM webhook, change_position
         WHERE active AND cursor < last AND next_attempt_at <= now()
           AND (leased_until IS NULL OR leased_until < now())
         ORDER BY next_attempt_at LIMIT 1 FOR UPDATE OF webhook SKIP LOCKED)
     RETURNING ${COLUMNS}, secret, lease`,
    [randomUUID(), LEASE_SECONDS],
  );
  const [leased] = rows;
  return leased === undefined ? null : withSecret(client, leased, box);
}

/**
 * Opens the secret of a leased webhook, and seals it (anew) when it lies there as it was or under a former key. One that
 * cannot be opened is tried later, as if its receiver had failed: null.
 */
async function withSecret(
  client: pg.Pool,
  leased: LeasedWebhook,
  box: SecretBox | null,
): Promise<LeasedWebhook | null> {
  try {
    const secret = opened(leased.secret, leased.id, box);
    if (box?.usable === true && box.isStale(leased.secret))
      await client.query('UPDATE webhook SET secret = $3 WHERE webhook_id = $1 AND secret = $2', [
        leased.id,
        leased.secret,
        kept(secret, leased.id, box),
      ]);
    return { ...leased, secret };
  } catch (error) {
    if (!(error instanceof SecretBoxError)) throw error;
    await failWebhook(client, leased, error.message, { backoff: UNOPENED, stop: false });
    return null;
  }
}

type Held = Pick<LeasedWebhook, 'id' | 'lease'>;

/**
 * Records that everything up to the change `cursor` was delivered, or passed over. False when the webhook is no longer
 * held: it was removed, paused, or another worker took over.
 */
export async function advanceWebhook(
  client: pg.Pool,
  { id, lease }: Held,
  cursor: number,
  delivered: boolean,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE webhook
        SET cursor = $3, leased_until = now() + make_interval(secs => $4),
            failures = CASE WHEN $5 THEN 0 ELSE failures END,
            last_error = CASE WHEN $5 THEN NULL ELSE last_error END,
            last_success_at = CASE WHEN $5 THEN now() ELSE last_success_at END
      WHERE webhook_id = $1 AND lease = $2 AND active`,
    [id, lease, cursor, LEASE_SECONDS, delivered],
  );
  return rowCount === 1;
}

export interface WebhookBackoff {
  /** Seconds before the second attempt; doubled for each further one. */
  firstSeconds: number;
  maxSeconds: number;
}

/**
 * Records a failed attempt and lets go: the next is made later each time, without end. `stop` pauses the webhook, until
 * someone has it go on. Returns how many attempts failed in a row.
 */
export async function failWebhook(
  client: pg.Pool,
  { id, lease }: Held,
  reason: string,
  { backoff, stop }: { backoff: WebhookBackoff; stop: boolean },
): Promise<number> {
  const { rows } = await client.query<{ failures: number }>(
    `UPDATE webhook
        SET failures = failures + 1, last_error = $3, lease = NULL, leased_until = NULL, active = active AND NOT $6,
            next_attempt_at = now() + make_interval(secs => least($4 * 2.0 ^ least(failures, 30), $5))
      WHERE webhook_id = $1 AND lease = $2
     RETURNING failures`,
    [id, lease, reason.slice(0, 300), backoff.firstSeconds, backoff.maxSeconds, stop],
  );
  return rows[0]?.failures ?? 0;
}

/**
 * Lets go of a webhook that has nothing more to deliver, or whose worker stops, or whose turn is over; then, as the last,
 * it comes after those that wait.
 */
export async function releaseWebhook(
  client: pg.Pool,
  { id, lease }: Held,
  { asLast = false }: { asLast?: boolean } = {},
): Promise<void> {
  await client.query(
    `UPDATE webhook
        SET lease = NULL, leased_until = NULL, next_attempt_at = CASE WHEN $3 THEN now() ELSE next_attempt_at END
      WHERE webhook_id = $1 AND lease = $2`,
    [id, lease, asLast],
  );
}

export interface WebhookState {
  active: number;
  paused: number;
  /** Active ones whose last attempt failed. */
  failing: number;
}

/** For health and metrics. */
export async function webhookState(client: pg.Pool): Promise<WebhookState> {
  const { rows } = await client.query<WebhookState>(
    `SELECT count(*) FILTER (WHERE active) AS active, count(*) FILTER (WHERE NOT active) AS paused,
            count(*) FILTER (WHERE active AND failures > 0) AS failing
       FROM webhook`,
  );
  return rows[0] ?? { active: 0, paused: 0, failing: 0 };
}
