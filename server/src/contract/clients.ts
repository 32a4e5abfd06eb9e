/** JSON bodies of applications and machines that the issuer knows, and of the page on which people agree. Types only. */
import type { Bilingual } from '@hutong/conformance';

/** `GET /oidc/interaction/{uid}/details`: what an application asks for. */
export interface OidcInteraction {
  application: {
    name: string;
    kind: 'web' | 'native';
    /** Whose it is; null: the region's. */
    hospital: Bilingual | null;
    /** Host that the browser goes back to, or the scheme of an app. */
    returnsTo: string;
  };
  /** `openid`, `profile`, `offline_access` and scopes of the gateway such as `hutong.read`. */
  scopes: string[];
  /** It may go on while the person is signed out. */
  offline: boolean;
  person: { account: string; username: string; displayName: string } | null;
  /** Why it cannot be agreed to now. */
  obstacle: 'signedOut' | 'noAccount' | 'pending' | 'signInAnew' | 'otherHospital' | null;
}

/** Answer of `POST /oidc/interaction/{uid}/confirm` (body: `{ account }`) and of `.../deny`. */
export interface OidcInteractionOutcome {
  /** Where the browser goes on. */
  location: string;
}

export type ClientKindName = 'web' | 'native' | 'machine';

/** An application or machine, as `GET /api/clients` lists them in `{ clients, issuer }`. */
export interface ClientBody {
  id: string;
  kind: ClientKindName;
  name: string;
  hospital: string | null;
  scopes: string[];
  authentication: 'none' | 'secret' | 'privateKey';
  redirectUris: string[];
  loggedOutUris: string[];
  logoutUri: string | null;
  purpose: string;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  /** Valid ones, newest first; never themselves. */
  secrets: { createdAt: string; expiresAt: string | null; lastUsedAt: string | null }[];
}

export interface ClientsBody {
  clients: ClientBody[];
  /** Where the issuer is; null: tokens are not issued here. */
  issuer: string | null;
  /** The audience of tokens. */
  server: string;
}

/** Body of `POST /api/clients`. */
export interface NewClientBody {
  kind: ClientKindName;
  name: string;
  hospital: string | null;
  scopes: string[];
  /** With a secret (machines, servers) or without one (apps and pages, by PKCE alone), or by an own key. */
  authentication: 'none' | 'secret' | 'privateKey';
  /** Public keys of `privateKey`. */
  jwks?: { keys: Record<string, unknown>[] };
  redirectUris?: string[];
  loggedOutUris?: string[];
  logoutUri?: string | null;
  purpose?: string;
  expiresAt?: string | null;
}

/** Answer of `POST /api/clients` and `POST /api/clients/{id}/secret`: the secret is shown this once. */
export interface NewClientAnswer {
  client: ClientBody;
  secret: string | null;
}
