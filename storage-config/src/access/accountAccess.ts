import type { Purpose } from '../purposes.ts';
import type { Role } from '../accounts/accounts.ts';

/**
 * What may open a study to people of another hospital. `open`: nothing has to be asked; `recognition`: its result is
 * recognised (HR label); `patientPresent`: the patient is there and is identified; `consent`: the patient agreed, with a
 * document; `breakGlass`: an emergency, with a reason, of which the issuing hospital is told.
 */
export const GROUNDS = ['open', 'recognition', 'patientPresent', 'consent', 'breakGlass'] as const;
export type Ground = (typeof GROUNDS)[number];
/** Grounds that open by a grant, asked for each time. */
export type GrantGround = Exclude<Ground, 'open'>;

/** A hospital that the policy opens to a role of an account. */
export interface OpenedHospital {
  hospital: string;
  viewing: string;
  role: Role;
  purposes: Purpose[];
}

/** A study that a grant opens to an account now. */
export interface GrantedStudy {
  grant: string;
  ground: GrantGround;
  /** Under which the person acts when reading by it. */
  purpose: Purpose;
  viewing: string;
  hospital: string;
  studyId: number;
  studyInstanceUid: string;
  /** ISO 8601. */
  expiresAt: string;
}

/**
 * What is open to an account beyond its roles, as the SQL function `account_access(account_id)` gives it; the function
 * belongs into the statement that looks up a caller, so that what ends is over with the next request.
 */
export interface AccountAccess {
  open: OpenedHospital[];
  granted: GrantedStudy[];
}
