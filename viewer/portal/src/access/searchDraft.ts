import type { SessionInfo } from '@hutong/server/contract';
import type { AccessSearch } from '@hutong/server/contract/access';

/** The form as it stands. */
export interface SearchDraft {
  viewing: string;
  name: string;
  /** What is said beside the name. */
  by: 'birth' | 'patientId' | 'accession';
  /** YYYY-MM-DD. */
  birthDate: string;
  sex: 'F' | 'M' | 'O';
  patientId: string;
  accession: string;
}

/** Roles in which patients are read for a purpose. */
const ACTING: Readonly<Record<string, readonly string[]>> = {
  TREAT: ['radiologist', 'clinician'],
  HQUALIMP: ['qualityControl'],
};

/** Hospitals that a person acts for under the present purpose: those of the own roles. */
export function viewingOf(session: SessionInfo | undefined): string[] {
  const acting = ACTING[session?.purpose ?? ''] ?? [];
  const roles = (session?.account?.roles ?? []).filter(({ role }) => acting.includes(role));
  return [...new Set(roles.flatMap(({ hospital }) => hospital ?? []))];
}

/** Who looks for studies elsewhere: people who act for a hospital. Who reads the whole region has nothing to look for. */
export const looksElsewhere = (session: SessionInfo | undefined): boolean =>
  session?.rights.read !== undefined && session.rights.read !== null && viewingOf(session).length > 0;

/** What is asked, or null while something is missing. */
export function searchOf(draft: SearchDraft): AccessSearch | null {
  const named = {
    name: draft.name.trim(),
    ...(draft.viewing === '' ? {} : { viewing: draft.viewing }),
  };
  if (named.name.replace(/[\s^=,.'-]/g, '').length < 2) return null;
  const [patientId, accessionNumber] = [draft.patientId.trim(), draft.accession.trim()];
  switch (draft.by) {
    case 'birth':
      return /^\d{4}-\d{2}-\d{2}$/.test(draft.birthDate)
        ? { ...named, birthDate: draft.birthDate, sex: draft.sex }
        : null;
    case 'patientId':
      return patientId === '' ? null : { ...named, patientId };
    case 'accession':
      return accessionNumber === '' ? null : { ...named, accessionNumber };
  }
}
