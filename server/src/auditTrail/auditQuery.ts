import { AUDIT_ACTIONS, type AuditFilter, PURPOSES } from '@hutong/storage-config';
import type { Request } from 'express';
import { z } from 'zod';
import type { Hospitals } from '../context.ts';
import { queryParameters } from '../dicomweb/path.ts';
import {
  badParameter,
  cursorOf,
  pageSize,
  readListQuery,
  repeated,
  single,
  writeCursor,
} from '../listQuery.ts';
import { problem } from '../problem.ts';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
const KINDS = ['machine', 'person', 'trial', 'share', 'system', 'nobody'] as const;
const OUTCOMES = ['success', 'refused', 'failed'] as const;

const hospitalCode = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const uid = z.string().regex(/^[0-9.]{1,64}$/);
const shortText = z.string().min(1).max(256);
const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d/)
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .transform((text) => new Date(text).toISOString());
/** Instant, writer and sequence of the event that a page ended with. */
const place = z.tuple([z.iso.datetime(), z.uuid(), z.int().min(1)]);

const once = <Out>(value: z.ZodType<Out, string>) =>
  single
    .transform(([text = '']) => text)
    .pipe(value)
    .nullable()
    .default(null);

const query = z.object({
  hospital: repeated(hospitalCode),
  study: once(uid),
  actor: once(shortText),
  kind: repeated(z.enum(KINDS)),
  action: repeated(z.enum(AUDIT_ACTIONS)),
  outcome: repeated(z.enum(OUTCOMES)),
  purpose: repeated(z.enum(PURPOSES)),
  address: once(shortText),
  from: once(instant),
  to: once(instant),
  limit: pageSize(DEFAULT_LIMIT, MAX_LIMIT),
  cursor: cursorOf(place),
});

/** Names a patient: such stand in no address (`patientId` with its one hospital). */
const patient = z.strictObject({ hospital: hospitalCode, patientId: z.string().min(1).max(256) });
const period = { from: instant.nullable().default(null), to: instant.nullable().default(null) };

const cursorAlone = z.object({ cursor: cursorOf(place) });

const search = z.strictObject({
  hospital: z.array(hospitalCode).max(100).default([]),
  patient: patient.nullable().default(null),
  study: uid.nullable().default(null),
  actor: shortText.nullable().default(null),
  kind: z.array(z.enum(KINDS)).max(KINDS.length).default([]),
  action: z.array(z.enum(AUDIT_ACTIONS)).max(AUDIT_ACTIONS.length).default([]),
  outcome: z.array(z.enum(OUTCOMES)).max(OUTCOMES.length).default([]),
  purpose: z.array(z.enum(PURPOSES)).max(PURPOSES.length).default([]),
  address: shortText.nullable().default(null),
  ...period,
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z
    .string()
    .max(200)
    .transform((text) => readListQuery(cursorAlone, [['cursor', text]]).cursor)
    .nullable()
    .default(null),
});

const ofPatient = z.strictObject({ ...patient.shape, ...period });

/** What a request asks of the audit trail by its query. @throws HttpProblem 400 naming a parameter that does not fit */
export function auditQuery(req: Request, inView: Hospitals): AuditFilter {
  const parameters = queryParameters(req.originalUrl);
  // Not passed over like other unknown parameters: without it the answer would be about everybody.
  if (parameters.some(([name]) => name === 'patient' || name === 'patientId')) throw badParameter('patient');
  return filterOf({ ...readListQuery(query, parameters), patient: null }, inView);
}

/** What a request asks of the audit trail by its body. @throws HttpProblem 400 naming what does not fit */
export const auditSearch = (body: unknown, inView: Hospitals): AuditFilter =>
  filterOf(readBody(search, body), inView);

export interface HistoryQuery {
  hospital: string;
  patientId: string;
  from: string | null;
  to: string | null;
}

/** Whose history a request asks for. @throws HttpProblem 400 naming what does not fit */
export const historyQuery = (body: unknown): HistoryQuery => readBody(ofPatient, body);

function readBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw problem('bad-request', {
    detail: `The search cannot be used: ${field === '' ? 'it names something unknown' : `the value of ${field} does not fit`}.`,
    detailZh: `查询条件不正确：${field === '' ? '含有未知字段' : `${field} 的取值不正确`}。`,
  });
}

type Asked = Omit<z.infer<typeof search>, 'cursor'> & { cursor: z.infer<typeof place> | null };

function filterOf(asked: Asked, inView: Hospitals): AuditFilter {
  const list = <T>(values: readonly T[]): readonly T[] | null => (values.length === 0 ? null : values);
  const { cursor } = asked;
  return {
    hospitals:
      asked.hospital.length === 0 ? inView : asked.hospital.filter((code) => inView?.includes(code) ?? true),
    studyInstanceUid: asked.study,
    patient: asked.patient,
    actor: asked.actor,
    actorKinds: list(asked.kind),
    actions: list(asked.action),
    outcomes: list(asked.outcome),
    purposes: list(asked.purpose),
    address: asked.address,
    from: asked.from,
    to: asked.to,
    before: cursor === null ? null : { at: cursor[0], writerId: cursor[1], sequence: cursor[2] },
    addedUp: true,
    limit: asked.limit,
  };
}

/** Cursor of the page after the one that ends with this event. */
export const cursorAfter = (event: { at: string; writerId: string; sequence: number }): string =>
  writeCursor([event.at, event.writerId, event.sequence]);
