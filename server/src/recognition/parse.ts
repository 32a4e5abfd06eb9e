import { REASON_CODES } from '@hutong/recognition';
import { type Decided, DECISION_KINDS, MAX_DECISION_TEXT, PATIENT_CLASSES } from '@hutong/storage-config';
import type { Request } from 'express';
import { z } from 'zod';
import { parsedBody, unfitBody } from '../jsonBody.ts';
import { codes, cursorOf, momentAndId, pageSize, repeated, single, UUID } from '../listQuery.ts';
import { problem } from '../problem.ts';

/** Text of one or more lines without NUL, trimmed. */
const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => !text.includes('\0') && text.isWellFormed())
    .transform((text) => text.trim());
const name = words(64);
const code = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\0]+$/);

const said = {
  kind: z.enum(['recognised', 'examinedAgain']),
  reasonCode: z.enum(REASON_CODES).optional(),
  reasonText: words(MAX_DECISION_TEXT).optional(),
  patientInformed: z.boolean().optional(),
};

const onReminder = z.strictObject({ reminder: z.string().regex(UUID), position: z.int().min(0).max(9999) });
const onStudy = z.strictObject({
  hospital: z
    .string()
    .min(1)
    .max(32)
    .regex(/^[^\0]+$/),
  studyInstanceUid: z.string().regex(/^[0-9.]{1,64}$/),
  itemCode: code.optional(),
});

const newDecision = z.strictObject({
  ...said,
  on: z.union([onReminder, onStudy]),
  hospital: z.string().min(1).max(32).optional(),
  department: name.optional(),
  practitioner: name.optional(),
  patientId: name.optional(),
  issuerOfPatientId: name.optional(),
  orderNumber: name.optional(),
  patientClass: z.enum(PATIENT_CLASSES).optional(),
  decidedAt: z.iso.datetime({ offset: true }).optional(),
});
const correction = z.strictObject({ ...said, department: name.optional(), practitioner: name.optional() });
const withdrawal = z.strictObject({ reason: words(MAX_DECISION_TEXT).optional() });

type Said = z.output<typeof correction>;

const HINT = {
  en: 'examinedAgain asks for reasonCode, and RX12 for reasonText; recognised has neither.',
  zh: '重新检查须填写 reasonCode，其中 RX12 须填写 reasonText；互认则均不填写。',
};

/** What is decided. @throws HttpProblem 400 */
function decidedOf({ kind, reasonCode, reasonText = '', patientInformed = false }: Said): Decided {
  if (kind === 'recognised') {
    if (reasonCode !== undefined || reasonText !== '' || patientInformed)
      throw unfitBody(['kind', 'reasonCode'], { hint: HINT });
    return { kind };
  }
  if (reasonCode === undefined) throw unfitBody(['reasonCode'], { hint: HINT });
  if (reasonCode === 'RX12' && reasonText === '') throw unfitBody(['reasonText'], { hint: HINT });
  return { kind, reasonCode, reasonText, patientInformed };
}

export type NewDecisionRequest = z.output<typeof newDecision> & { what: Decided };

/** @throws HttpProblem 400 */
export function parseNewDecision(body: unknown): NewDecisionRequest {
  const given = parsedBody(newDecision, body);
  return { ...given, what: decidedOf(given) };
}

/** @throws HttpProblem 400 */
export function parseCorrection(body: unknown): {
  what: Decided;
  department?: string;
  practitioner?: string;
} {
  const given = parsedBody(correction, body);
  const { department, practitioner } = given;
  return {
    what: decidedOf(given),
    ...(department === undefined ? {} : { department }),
    ...(practitioner === undefined ? {} : { practitioner }),
  };
}

/** @throws HttpProblem 400 */
export const parseWithdrawal = (body: unknown): { reason: string } => ({
  reason: parsedBody(withdrawal, body ?? {}).reason ?? '',
});

/** The caller's own key of a request; null: none. @throws HttpProblem 400 */
export function idempotencyKeyOf(req: Request): string | null {
  const key = req.get('idempotency-key');
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw problem('bad-request', {
    detail: 'Idempotency-Key has 1 to 200 visible characters of ASCII.',
    detailZh: 'Idempotency-Key 须为 1 至 200 个可见的 ASCII 字符。',
  });
}

const month = single
  .pipe(z.tuple([z.string().regex(/^(20|21)\d\d-(0[1-9]|1[0-2])$/)]))
  .transform(([text]) => `${text}-01`)
  .nullable()
  .default(null);

/** Query of the lists of decisions. */
export const listing = z.object({
  side: single
    .pipe(z.tuple([z.enum(['made', 'received', 'all'])]))
    .transform(([side]) => side)
    .default('all'),
  hospital: codes,
  issuing: codes,
  department: repeated(z.string().min(1).max(64)),
  kind: repeated(z.enum(DECISION_KINDS)),
  reason: repeated(z.enum(REASON_CODES)),
  item: codes,
  month,
  limit: pageSize(50, 200),
  cursor: cursorOf(momentAndId),
});
export type Listing = z.output<typeof listing>;

/** An id of the path; null for what is none. */
export const idOf = (text: unknown): string | null =>
  typeof text === 'string' && UUID.test(text) ? text : null;
