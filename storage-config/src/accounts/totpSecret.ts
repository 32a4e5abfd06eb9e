import { isSealed, type SecretBox } from '../secretBox.ts';

const contextOf = (accountId: string): string => `totp:${accountId}`;

/** The bytes of what an account keeps: sealed, or in base64 from before there was a key. @throws SecretBoxError */
export const openTotp = (secrets: SecretBox, accountId: string, kept: string): Buffer =>
  isSealed(kept) ? secrets.open(kept, contextOf(accountId)) : Buffer.from(kept, 'base64');

/** @throws SecretBoxError when there is no key to seal with */
export const sealTotp = (secrets: SecretBox, accountId: string, secret: Uint8Array): string =>
  secrets.seal(secret, contextOf(accountId));

/** What is to be kept from now on instead; null when it is well kept. */
export function resealedTotp(secrets: SecretBox, accountId: string, kept: string): string | null {
  if (!secrets.usable || !secrets.isStale(kept)) return null;
  return sealTotp(secrets, accountId, openTotp(secrets, accountId, kept));
}
