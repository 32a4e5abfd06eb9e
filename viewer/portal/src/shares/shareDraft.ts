/** What is filled in to share something, and what is sent of it. */
import type {
  GuardianRelation,
  NewShareBody,
  ShareAudience,
  ShareFactorKind,
  SharePolicy,
} from '@hutong/server/contract/shares';

export const PERIODS = ['1', '3', '7', '30'] as const;
export const LONGEST_DAYS = 366;
export const MOST_USES = 10_000;
export const MOST_NUMBERS = 20;
export const RELATIONS: readonly GuardianRelation[] = [
  'parent',
  'grandparent',
  'spouse',
  'child',
  'appointed',
  'other',
];

export interface ShareDraft {
  what: 'study' | 'series' | 'studies';
  series: readonly string[];
  /** Of the same patient, beside the one the dialog is of. */
  otherStudies: readonly string[];
  /** As typed: separated by spaces, commas or lines. */
  accessionNumbers: string;
  patientId: string;
  audience: ShareAudience;
  guardianName: string;
  relation: GuardianRelation;
  signIn: boolean;
  signInHospitals: readonly string[];
  signInAccount: string;
  /** Value of a `datetime-local` field; empty: from now on. */
  from: string;
  /** Days, or `own` for those of `ownDays`. */
  period: (typeof PERIODS)[number] | 'own';
  ownDays: number | null;
  factor: ShareFactorKind;
  secret: string;
  /** null: as often as one likes. */
  maxUses: number | null;
  mayDownload: boolean;
  mayReply: boolean;
  watermark: boolean;
  note: string;
}

/** A week, a code, no download: what a patient usually gets. */
export const FRESH_DRAFT: ShareDraft = {
  what: 'study',
  series: [],
  otherStudies: [],
  accessionNumbers: '',
  patientId: '',
  audience: 'patient',
  guardianName: '',
  relation: 'parent',
  signIn: false,
  signInHospitals: [],
  signInAccount: '',
  from: '',
  period: '7',
  ownDays: 14,
  factor: 'code',
  secret: '',
  maxUses: null,
  mayDownload: false,
  mayReply: false,
  watermark: false,
  note: '',
};

/** What changes with whom it is for: somebody of the trade signs in and may answer, others are asked for a code. */
export function forAudience(audience: ShareAudience): Partial<ShareDraft> {
  const isColleague = audience === 'colleague';
  return {
    audience,
    signIn: isColleague,
    mayReply: isColleague,
    factor: isColleague ? 'none' : 'code',
    secret: '',
  };
}

const SECRETS: Readonly<Record<ShareFactorKind, RegExp>> = {
  none: /^/,
  code: /^/,
  oneTimeCode: /^/,
  password: /^\S.{4,126}\S$/,
  idDigits: /^\d{3,7}[\dXx]$/,
};

export const asksSecret = (factor: ShareFactorKind): boolean =>
  factor === 'password' || factor === 'idDigits';

export const daysOf = ({ period, ownDays }: Pick<ShareDraft, 'period' | 'ownDays'>): number | null =>
  period === 'own' ? ownDays : Number(period);

/** Whether the secret is one the server takes for the factor. */
export const isSecretRight = ({ factor, secret }: Pick<ShareDraft, 'factor' | 'secret'>): boolean =>
  SECRETS[factor].test(secret);

/** The numbers in what was typed or scanned, each once. */
export const numbersIn = (text: string): string[] => [
  ...new Set(text.split(/[\s,，;；、]+/).filter((part) => part !== '')),
];

/** Days that a link may last under a policy. */
export const longestDays = ({ longestHours }: Pick<SharePolicy, 'longestHours'>): number =>
  longestHours === null ? LONGEST_DAYS : Math.min(LONGEST_DAYS, longestHours / 24);

/** A draft as the policy lets it stand: what is demanded is on, what is not allowed is off. */
export function underPolicy(draft: ShareDraft, policy: SharePolicy): ShareDraft {
  const isColleague = draft.audience === 'colleague';
  const most = longestDays(policy);
  const days = daysOf(draft) ?? most;
  return {
    ...draft,
    signIn: draft.signIn || (isColleague && policy.colleagueSignIn),
    factor: !isColleague && policy.patientFactor && draft.factor === 'none' ? 'code' : draft.factor,
    ...(days > most ? { period: 'own' as const, ownDays: most } : {}),
    maxUses:
      policy.mostUses === null ? draft.maxUses : Math.min(draft.maxUses ?? policy.mostUses, policy.mostUses),
    watermark: draft.watermark || policy.watermark,
    mayDownload: draft.mayDownload && policy.mayDownload && !policy.watermark && !draft.watermark,
    mayReply: draft.mayReply && policy.mayReply,
  };
}

/** The body of `POST /api/shares`; null while something is missing. `study` null: of accession numbers. */
export function shareRequest(
  draft: ShareDraft,
  hospital: string,
  study: string | null,
  now = Date.now(),
): NewShareBody | null {
  const days = daysOf(draft);
  if (days === null || days <= 0 || days > LONGEST_DAYS || !isSecretRight(draft)) return null;
  const content = contentOf(draft, study);
  if (content === null || hospital === '') return null;
  const isGuardian = draft.audience === 'guardian';
  if (isGuardian && draft.guardianName.trim() === '') return null;
  const from = draft.from === '' ? null : new Date(draft.from);
  if (from !== null && Number.isNaN(from.getTime())) return null;
  return {
    hospital,
    ...content,
    audience: draft.audience,
    ...(isGuardian ? { guardian: { name: draft.guardianName.trim(), relation: draft.relation } } : {}),
    ...(draft.signIn
      ? {
          signIn: {
            hospitals: [...draft.signInHospitals],
            account: draft.signInAccount.trim() === '' ? null : draft.signInAccount.trim(),
          },
        }
      : {}),
    mayDownload: draft.mayDownload,
    mayReply: draft.mayReply,
    watermark: draft.watermark,
    ...(from !== null && from.getTime() > now ? { notBefore: from.toISOString() } : {}),
    hours: days * 24,
    maxUses: draft.maxUses,
    factor: draft.factor,
    ...(asksSecret(draft.factor) ? { secret: draft.secret } : {}),
    note: draft.note.trim(),
  };
}

type Content = Pick<NewShareBody, 'studies' | 'accessionNumbers' | 'patientId'>;

function contentOf(draft: ShareDraft, study: string | null): Content | null {
  if (study === null) {
    const numbers = numbersIn(draft.accessionNumbers);
    const fit =
      numbers.length > 0 && numbers.length <= MOST_NUMBERS && numbers.every((one) => one.length <= 64);
    const patientId = draft.patientId.trim();
    return fit ? { accessionNumbers: numbers, ...(patientId === '' ? {} : { patientId }) } : null;
  }
  if (draft.what === 'series') {
    return draft.series.length === 0
      ? null
      : { studies: [{ studyInstanceUid: study, seriesInstanceUids: [...draft.series] }] };
  }
  const others = draft.what === 'studies' ? draft.otherStudies : [];
  return { studies: [study, ...others].map((studyInstanceUid) => ({ studyInstanceUid })) };
}

const ADULT_YEARS = 18;

/** Whether somebody born on a day (YYYY-MM-DD) is a minor; false where the day is not known. */
export function isMinor(birthDate: string, now = new Date()): boolean {
  const born = /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? new Date(`${birthDate}T00:00:00`) : null;
  if (born === null || Number.isNaN(born.getTime())) return false;
  return now < new Date(born.getFullYear() + ADULT_YEARS, born.getMonth(), born.getDate());
}
