import type pg from 'pg';
import { hashSecret } from '../../secrets.ts';

/** How long a sign-in may take at a provider, in seconds. */
export const FLOW_SECONDS = 10 * 60;
/** Of one browser at once: several tabs, not a flood. */
const FLOWS_PER_BROWSER = 10;

/** A sign-in that was sent to a provider. */
export interface ProviderFlow {
  provider: string;
  nonce: string;
  codeVerifier: string;
  returnTo: string;
}

/** Keeps what the answer of a provider is compared with, for the browser that holds a secret alone. */
export async function beginFlow(
  pool: pg.Pool,
  state: string,
  browser: string,
  flow: ProviderFlow,
): Promise<void> {
  await pool.query(
    `DELETE FROM provider_flow WHERE browser_hash = $1 AND (expires_at < now() OR state_hash NOT IN
       (SELECT state_hash FROM provider_flow WHERE browser_hash = $1 ORDER BY expires_at DESC LIMIT $2))`,
    [hashSecret(browser), FLOWS_PER_BROWSER - 1],
  );
  await pool.query(
    `INSERT INTO provider_flow (state_hash, browser_hash, provider, nonce, code_verifier, return_to, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`,
    [
      hashSecret(state),
      hashSecret(browser),
      flow.provider,
      flow.nonce,
      flow.codeVerifier,
      flow.returnTo,
      FLOW_SECONDS,
    ],
  );
}

/** Takes a flow once; null when there is none of this browser and provider, or it took too long. */
export async function takeFlow(
  pool: pg.Pool,
  given: { state: string; browser: string; provider: string },
): Promise<ProviderFlow | null> {
  const { rows } = await pool.query<ProviderFlow>(
    `DELETE FROM provider_flow WHERE state_hash = $1 AND browser_hash = $2 AND provider = $3 AND expires_at > now()
     RETURNING provider, nonce, code_verifier AS "codeVerifier", return_to AS "returnTo"`,
    [hashSecret(given.state), hashSecret(given.browser), given.provider],
  );
  return rows[0] ?? null;
}
