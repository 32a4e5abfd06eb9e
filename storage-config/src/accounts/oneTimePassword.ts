import { Secret, TOTP } from 'otpauth';

/** RFC 6238 as authenticator apps know it. */
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** Steps before and after the present one that are accepted (RFC 6238 5.2). */
const WINDOW = 1;
const SECRET_BYTES = 20;

/** A new secret for one-time passwords, in base32 as it is typed, and as an address for authenticator apps, also from a QR code. */
export function newTotp(username: string, issuer: string): { secret: string; uri: string } {
  const secret = new Secret({ size: SECRET_BYTES });
  return { secret: secret.base32, uri: totp(secret.bytes, username, issuer).toString() };
}

/** The bytes of a secret in base32. @throws TypeError for other characters */
export const totpSecret = (base32: string): Buffer => Buffer.from(Secret.fromBase32(base32).bytes);

/**
 * The step that a one-time password is of; null when it is not valid now, or not newer than one that was used.
 *
 * @param lastStep of the one used last: none is taken twice
 */
export function totpStep(
  secret: Uint8Array,
  password: string,
  lastStep: number,
  now = Date.now(),
): number | null {
  if (!/^\d{6}$/.test(password)) return null;
  const delta = totp(secret).validate({ token: password, timestamp: now, window: WINDOW });
  if (delta === null) return null;
  const step = Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
  return step > lastStep ? step : null;
}

function totp(secret: Uint8Array, label = '', issuer = ''): TOTP {
  // A copy: the library keeps the buffer itself.
  return new TOTP({
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
    label,
    issuer,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
  });
}
