/** What is filled in to share a study, and what is sent of it. */
import type { NewShareBody, ShareFactorKind } from '@hutong/server/contract/shares';

export const PERIODS = ['1', '3', '7', '30'] as const;
export const LONGEST_DAYS = 366;
export const MOST_USES = 10_000;

export interface ShareDraft {
  what: 'study' | 'series';
  series: readonly string[];
  /** Days, or `own` for those of `ownDays`. */
  period: (typeof PERIODS)[number] | 'own';
  ownDays: number | null;
  factor: ShareFactorKind;
  secret: string;
  /** null: as often as one likes. */
  maxUses: number | null;
  mayDownload: boolean;
  note: string;
}

/** A week, a code, no download: what a patient usually gets. */
export const FRESH_DRAFT: ShareDraft = {
  what: 'study',
  series: [],
  period: '7',
  ownDays: 14,
  factor: 'code',
  secret: '',
  maxUses: null,
  mayDownload: false,
  note: '',
};

const SECRETS: Readonly<Record<ShareFactorKind, RegExp>> = {
  none: /^/,
  code: /^/,
  password: /^\S.{4,126}\S$/,
  idDigits: /^\d{3,7}[\dXx]$/,
};

export const daysOf = ({ period, ownDays }: Pick<ShareDraft, 'period' | 'ownDays'>): number | null =>
  period === 'own' ? ownDays : Number(period);

/** Whether the secret is one the server takes for the factor. */
export const isSecretRight = ({ factor, secret }: Pick<ShareDraft, 'factor' | 'secret'>): boolean =>
  SECRETS[factor].test(secret);

/** The body of `POST /api/shares`; null while something is missing. */
export function shareRequest(draft: ShareDraft, hospital: string, study: string): NewShareBody | null {
  const days = daysOf(draft);
  if (days === null || days < 1 || days > LONGEST_DAYS || !isSecretRight(draft)) return null;
  if (draft.what === 'series' && draft.series.length === 0) return null;
  const asksSecret = draft.factor === 'password' || draft.factor === 'idDigits';
  return {
    hospital,
    studies: [
      {
        studyInstanceUid: study,
        ...(draft.what === 'series' ? { seriesInstanceUids: [...draft.series] } : {}),
      },
    ],
    mayDownload: draft.mayDownload,
    hours: days * 24,
    maxUses: draft.maxUses,
    factor: draft.factor,
    ...(asksSecret ? { secret: draft.secret } : {}),
    note: draft.note.trim(),
  };
}
