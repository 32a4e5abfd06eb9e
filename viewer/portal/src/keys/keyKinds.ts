import type { KeyScopeName } from '@hutong/server/contract/keys';

/** What keys are usually made for, with the scopes of each. */
export const KEY_KINDS = {
  modality: ['store'],
  pacs: ['store', 'read', 'correct'],
  ris: ['read', 'share'],
  his: ['recognise', 'orders'],
  monitor: ['metrics'],
  custom: [],
} as const satisfies Record<string, readonly KeyScopeName[]>;
export type KeyKind = keyof typeof KEY_KINDS;

/** Kinds all of whose scopes may be given somewhere: what opens studies is given by who may open them. */
export const kindsToGive = (scopes: readonly KeyScopeName[]): KeyKind[] =>
  (Object.keys(KEY_KINDS) as KeyKind[]).filter((kind) =>
    KEY_KINDS[kind].every((scope) => scopes.includes(scope)),
  );

const DAYS = { d90: 90, d365: 365, d730: 730, never: null } as const;
export type Expiry = keyof typeof DAYS;
export const EXPIRIES = Object.keys(DAYS) as Expiry[];

/** When a key of such a validity ends, in ISO 8601; null: never. */
export function expiryOf(expiry: Expiry, now = Date.now()): string | null {
  const days = DAYS[expiry];
  return days === null ? null : new Date(now + days * 86_400_000).toISOString();
}

/** The end of a local day (YYYY-MM-DD) in ISO 8601; null for none. */
export function endOfDay(day: string): string | null {
  const end = new Date(`${day}T23:59:59`);
  return day === '' || Number.isNaN(end.getTime()) ? null : end.toISOString();
}

/** Networks as they are typed, one a line or with commas; null: any. */
export function readNetworks(text: string): string[] | null {
  const networks = text.split(/[\s,;，；]+/).filter((each) => each !== '');
  return networks.length === 0 ? null : networks;
}
