/** JSON bodies of the administration of people. Types only. */
import type { HospitalRef } from './hospital.ts';

export type RoleName =
  | 'administrator'
  | 'qualityControl'
  | 'radiologist'
  | 'clinician'
  | 'hospitalIt'
  | 'auditor'
  | 'healthCommission';

export interface GrantBody {
  role: RoleName;
  /** null: the whole region. */
  hospital: string | null;
}

export interface AccountBody {
  id: string;
  username: string;
  displayName: string;
  roles: GrantBody[];
  state: 'active' | 'disabled';
  /** Has a password that somebody else chose, and has to choose an own one first. */
  passwordGiven: boolean;
  secondFactor: boolean;
  /** Name of the provider of identity that says who this is, and what roles it has; null: an account of this installation. */
  provider: string | null;
  createdAt: string;
  lastSignedInAt: string | null;
  /** Sessions that are open. */
  sessions: number;
  /** To be sent back with a change. */
  revision: number;
  /** The account of who asks. */
  own: boolean;
}

/**
 * `GET /api/accounts`, by username; scope `accounts`. Query: `q` (part of username or name), `role`, `hospital`, `state`,
 * `limit` (1–200, default 50), `cursor`. Who administers one hospital sees accounts all of whose roles are in it.
 */
export interface AccountsPage {
  accounts: AccountBody[];
  next: string | null;
}

/** `GET /api/accounts/choices`: what who asks may give. */
export interface AccountChoices {
  hospitals: HospitalRef[];
  /** Whether roles in the whole region may be given. */
  region: boolean;
  /** Nobody may be administrator and auditor at once; administrators see no patients. */
  separateDuties: boolean;
}

/** Body of `POST /api/accounts`. */
export interface NewAccountBody {
  username: string;
  displayName: string;
  roles: GrantBody[];
}

/** A password that is told this once, and good for choosing an own one alone. */
export interface GivenPassword {
  account: AccountBody;
  password: string;
}

/** Body of `PATCH /api/accounts/{account}`. */
export interface AccountChangeBody {
  /** As it was read: 409 where somebody changed the account since. */
  revision: number;
  displayName?: string;
  roles?: GrantBody[];
  disabled?: boolean;
}

/** `GET /api/accounts/{account}/history`, newest first. */
export interface AccountHistory {
  changes: {
    at: string;
    kind: 'created' | 'roles' | 'name' | 'disabled' | 'enabled' | 'password' | 'secondFactor' | 'sessions';
    by: { kind: string; id: string; name: string };
    rolesBefore: GrantBody[] | null;
    rolesAfter: GrantBody[] | null;
  }[];
}
