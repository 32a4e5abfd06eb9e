/** JSON bodies of the administration of machines' keys. Types only. */
import type { HospitalRef } from './hospital.ts';
import type { ScopeName } from './session.ts';

export type KeyScopeName = Exclude<ScopeName, 'accounts'>;
export type KeyPurposeName = 'TREAT' | 'HQUALIMP' | 'HOPERAT' | 'PATRQT' | 'HRESCH';

export interface KeyBody {
  id: string;
  label: string;
  /** null: of the region. */
  hospital: string | null;
  scopes: KeyScopeName[];
  /** Code of HL7 PurposeOfUse. */
  purpose: KeyPurposeName;
  /** `expiring`: within 30 days. */
  state: 'valid' | 'expiring' | 'expired' | 'revoked';
  createdAt: string;
  createdBy: { kind: string; id: string; name: string };
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  /** Network address; empty: never used. */
  lastUsedAddress: string;
  rotatedAt: string | null;
  /** While the secret before the present one is taken too. */
  previous: { validUntil: string; lastUsedAt: string | null } | null;
  /** Networks it may be used from; null: any. */
  networks: string[] | null;
  /** SHA-256 of the client certificate it is bound to, in hexadecimal; null: none. */
  clientCertificate: string | null;
  /** Whether who asks may change and rotate it; to revoke it needs less. */
  mayChange: boolean;
}

/**
 * `GET /api/keys`, newest first; scope `keys`. Query: `q` (part of the label, beginning of the id), `hospital` (`*`: of the
 * region), `state` (repeatable; default all but revoked), `limit` (1–200, default 50), `cursor`.
 */
export interface KeysPage {
  keys: KeyBody[];
  next: string | null;
  /** Keys in view that expire within 30 days. */
  expiring: number;
}

/** `GET /api/keys/choices`: what who asks may give. */
export interface KeyChoices {
  /** With the scopes that a key of each may have. */
  hospitals: (HospitalRef & { scopes: KeyScopeName[] })[];
  /** Scopes of keys of the region; null: none may be made. */
  region: KeyScopeName[] | null;
  /** Whether keys may be bound to client certificates. */
  clientCertificates: boolean;
  /** STOW-RS root of this installation, and where a hospital's own copy is. */
  dicomweb: string;
}

export interface KeySettings {
  label: string;
  /** ISO 8601; null: it does not expire. */
  expiresAt?: string | null;
  purpose?: KeyPurposeName;
  /** IPv4 and IPv6, with prefix length; null: any. */
  networks?: string[] | null;
  /** SHA-256 in hexadecimal, or the certificate as PEM. */
  clientCertificate?: string | null;
}

/** Body of `POST /api/keys`. */
export interface NewKeyBody extends KeySettings {
  hospital: string | null;
  scopes: KeyScopeName[];
}

/** A secret that is told this once. */
export interface NewSecretBody {
  key: KeyBody;
  secret: string;
}

/** Body of `POST /api/keys/{key}/rotate`. */
export interface RotationBody {
  /** How long the secret until now is taken; 24 when absent, 720 at most, 0: not at all. */
  overlapHours?: number;
}
