/**
 * What a credential may do: `store` adds instances, `read` searches and retrieves, `correct` changes what is stored
 * (deletions, corrected re-sends, rejection notes, patient data, legal holds), `review` decides on verdicts and says which
 * item an exam is, `share` makes links that open studies, `export` takes de-identified copies, `admin` sees to the
 * installation (lists, webhooks, policies), `keys` gives and ends credentials of machines, `accounts` makes people known
 * and gives them roles, `audit` reads the audit trail, `metrics` reads counters without anything of patients.
 * Of mutual recognition: `registry` keeps quality evaluations, scopes, suspensions and what labels follow from, `recognise`
 * asks what exists before an exam is ordered and records whether it is recognised, `orders` gives patients, orders and
 * reports of a hospital, `persons` says which patients are one person, `figures` reads figures without anything of patients.
 */
export const SCOPES = [
  'store',
  'read',
  'correct',
  'review',
  'share',
  'export',
  'admin',
  'keys',
  'accounts',
  'audit',
  'metrics',
  'registry',
  'recognise',
  'orders',
  'persons',
  'figures',
] as const;
export type Scope = (typeof SCOPES)[number];
