import { type AccessPolicy, policyOf } from '@hutong/storage-config';
import { type Caller, holds, openedBy, viewOf } from '../context.ts';
import { actsIn, treating } from './purposes.ts';

/** Of a study and a caller: as if it did not exist; known to exist by a search that names the patient; may be read. */
export type Decision = 'hidden' | 'discoverable' | 'openable';

/** What the decision is made on; a row of the index that nothing was asked of yet. */
export interface DecidedStudy {
  hospital: string;
  studyInstanceUid: string;
  /** An HR label is applied. */
  labelled: boolean;
}

type Rules = Pick<AccessPolicy, 'issuing' | 'viewing' | 'discoverable' | 'grounds' | 'hours' | 'purposes'>;

/**
 * The one decision, for code that holds a study's row. Statements say the same in SQL: `inView` what is openable, and
 * {@link discoverableFrom} what is discoverable.
 *
 * @param policies those in force
 */
export function decide(caller: Caller, study: DecidedStudy, policies: readonly Rules[]): Decision {
  if (openedBy(viewOf(caller, { hospital: null }), study) !== null) return 'openable';
  const found = viewingHospitals(caller).some((viewing) => {
    const { all, labelled } = discoverableFrom(caller, viewing, policies, [study.hospital]);
    return all.length > 0 || (study.labelled && labelled.length > 0);
  });
  return found ? 'discoverable' : 'hidden';
}

/** Hospitals for which a person acts under the present purpose, and so looks for studies elsewhere. */
export function viewingHospitals(caller: Caller): string[] {
  const { account, purpose } = caller;
  if (account === null || !holds(caller, 'read')) return [];
  return actsIn(account.roles, purpose);
}

/** The entry of the policy for a pair of hospitals, where it is for the purpose that the caller acts for. */
export function rulesFor<Entry extends Rules>(
  caller: Pick<Caller, 'purpose'>,
  issuing: string,
  viewing: string,
  policies: readonly Entry[],
): Entry | null {
  const rules = issuing === viewing ? null : policyOf(policies, issuing, viewing);
  return rules?.purposes.includes(treating(caller.purpose)) === true ? rules : null;
}

/** Of which of these hospitals somebody of a viewing hospital may find all studies, and of which those with an HR label. */
export function discoverableFrom(
  caller: Pick<Caller, 'purpose'>,
  viewing: string,
  policies: readonly Rules[],
  hospitals: readonly string[],
): { all: string[]; labelled: string[] } {
  const which = (wanted: Rules['discoverable']): string[] =>
    hospitals.filter((issuing) => rulesFor(caller, issuing, viewing, policies)?.discoverable === wanted);
  return { all: which('all'), labelled: which('labelled') };
}
