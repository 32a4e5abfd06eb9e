import type { AuditSearch } from '@hutong/server/contract/audit';

/** What an auditor looks for, as the bar has it. */
export interface AuditFilters {
  who: string;
  hospital: string | null;
  patientId: string;
  study: string;
  action: string[];
  outcome: string[];
  purpose: string[];
  kind: string[];
  address: string;
  /** Days, YYYY-MM-DD, both within. */
  days: [string, string] | null;
}

export const NO_FILTERS: AuditFilters = {
  who: '',
  hospital: null,
  patientId: '',
  study: '',
  action: [],
  outcome: [],
  purpose: [],
  kind: [],
  address: '',
  days: null,
};

/** The day before or after, by so many. */
function shifted(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + days);
  return at.toISOString();
}

/** Midnight of a day to that after another, as the reader's clock has them. */
export const instantsOf = ([first, last]: [string, string]): { from: string; to: string } => ({
  from: shifted(first, 0),
  to: shifted(last, 1),
});

/** The search that the filters ask for. A PatientID alone is nobody's: it takes its hospital. */
export function searchOf(filters: AuditFilters): AuditSearch {
  const { who, hospital, patientId, study, action, outcome, purpose, kind, address, days } = filters;
  const trimmed = patientId.trim();
  return {
    ...(who.trim() === '' ? {} : { actor: who.trim() }),
    ...(hospital === null
      ? {}
      : trimmed === ''
        ? { hospital: [hospital] }
        : { patient: { hospital, patientId: trimmed } }),
    ...(/^[0-9.]{1,64}$/.test(study.trim()) ? { study: study.trim() } : {}),
    ...(action.length === 0 ? {} : { action }),
    ...(outcome.length === 0 ? {} : { outcome }),
    ...(purpose.length === 0 ? {} : { purpose }),
    ...(kind.length === 0 ? {} : { kind }),
    ...(address.trim() === '' ? {} : { address: address.trim() }),
    ...(days === null ? {} : instantsOf(days)),
  };
}
