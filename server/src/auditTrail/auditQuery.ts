import { AUDIT_ACTIONS, type AuditFilter, type StoredAuditEvent } from '@hutong/storage-config';
import type { Request } from 'express';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { HttpProblem } from '../problem.ts';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f-]{36})_(\d{1,15})$/;
const WRITER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a request asks of the audit trail. @throws HttpProblem 400 naming a parameter that does not fit */
export function auditQuery(req: Request, inView: readonly string[] | null): AuditFilter {
  const parameters = queryParameters(req.originalUrl);
  const values = (name: string): string[] =>
    parameters.filter(([key, value]) => key === name && value !== '').map(([, value]) => value);
  const last = (name: string): string | null => values(name).at(-1) ?? null;
  const asked = values('hospital');
  const hospitals = asked.length === 0 ? inView : asked.filter((code) => inView?.includes(code) ?? true);
  const actions = values('action');
  const known: readonly string[] = AUDIT_ACTIONS;
  if (actions.some((action) => !known.includes(action)))
    throw badParameter('action', AUDIT_ACTIONS.join(', '));
  const patientId = last('patient');
  if (patientId !== null && asked.length !== 1)
    throw badParameter('patient', 'a PatientID together with its one hospital');
  const study = last('study');
  return {
    hospitals,
    studyInstanceUid: study === null ? null : uidOf(study, 'study'),
    patient: patientId === null ? null : { hospital: asked[0] ?? '', patientId },
    actor: last('actor'),
    actions: actions.length === 0 ? null : actions,
    from: instant('from', last('from')),
    to: instant('to', last('to')),
    before: place(last('cursor')),
    limit: limitOf(last('limit')),
  };
}

function limitOf(text: string | null): number {
  if (text === null) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw badParameter('limit', `a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

function instant(name: string, text: string | null): string | null {
  if (text === null) return null;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) throw badParameter(name, 'an instant as ISO 8601 has it');
  return new Date(at).toISOString();
}

/** Cursor of the page after the one that ends with this event. */
export const cursorAfter = ({ at, writerId, sequence }: StoredAuditEvent): string =>
  `${at}_${writerId}_${sequence}`;

function place(text: string | null): AuditFilter['before'] {
  if (text === null) return null;
  const [, at, writerId, sequence] = CURSOR.exec(text) ?? [];
  if (at === undefined || writerId === undefined || !WRITER.test(writerId) || Number.isNaN(Date.parse(at)))
    throw badParameter('cursor', 'the next of the page before');
  return { at, writerId, sequence: Number(sequence) };
}

function badParameter(name: string, expected: string): HttpProblem {
  return new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} must be: ${expected}.`,
    `查询参数 ${name} 不正确，应为：${expected}。`,
  );
}
