import {
  type AccessGrant,
  type AccessNotice,
  type AccessPolicy,
  listHospitals,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { HospitalRef } from '../contract.ts';
import type { AccessPolicyBody, GrantBody, NoticeBody } from '../contract/access.ts';
import { type HttpProblem, problem } from '../problem.ts';

export const badBody = (detail: string, detailZh: string): HttpProblem =>
  problem('bad-request', { detail, detailZh });

const words = (least: number, most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes('\0'))
    .transform((value) => value.trim())
    .refine((value) => value.length >= least);

const grant = z.discriminatedUnion('ground', [
  z.strictObject({ reference: z.string().max(100), ground: z.literal('recognition') }),
  z.strictObject({
    reference: z.string().max(100),
    ground: z.literal('patientPresent'),
    birthDate: z.union([z.literal(''), z.iso.date()]),
    identityDigits: z.string().regex(/^[0-9Xx]{4,6}$/),
    confirmed: z.literal(true),
  }),
  z.strictObject({ reference: z.string().max(100), ground: z.literal('consent'), document: words(2, 200) }),
  z.strictObject({
    reference: z.string().max(100),
    ground: z.literal('breakGlass'),
    reasonCode: z.enum(['LIFE_THREATENING', 'UNCONSCIOUS', 'EMERGENCY_SURGERY', 'OTHER']),
    reason: words(4, 500),
    confirmed: z.literal(true),
  }),
]);
export type GrantRequest = z.infer<typeof grant>;

/** @throws HttpProblem 400 */
export function parseGrant(body: unknown): GrantRequest {
  const parsed = grant.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badBody(
    'Say the reference, the ground, and what the ground asks for: patientPresent birthDate, identityDigits (4 to 6) and confirmed; consent document; breakGlass reasonCode, reason (4 characters at least) and confirmed.',
    '请提供检索结果引用、调阅依据及其所需内容：患者在场需核对出生日期和证件末 4 至 6 位并确认；知情同意需填写文书编号；紧急调阅需选择原因、填写说明（至少 4 个字）并确认。',
  );
}

/** Names of hospitals by code. */
export async function hospitalRefs(index: Pool): Promise<(code: string) => HospitalRef> {
  const known = new Map(
    (await listHospitals(index)).map(({ code, nameZh, nameEn }) => [code, { zh: nameZh, en: nameEn }]),
  );
  return (code) => ({ code, name: known.get(code) ?? { zh: code, en: code } });
}

export function grantBody(given: AccessGrant, ref: (code: string) => HospitalRef): GrantBody {
  return {
    id: given.id,
    person: given.person,
    viewing: ref(given.viewing),
    hospital: ref(given.hospital),
    ground: given.ground,
    purpose: given.purpose,
    wholePatient: given.wholePatient,
    studyInstanceUid: given.studyInstanceUid,
    reasonCode: given.reasonCode,
    reason: given.reason,
    document: given.evidence['document'] ?? '',
    createdAt: given.createdAt.toISOString(),
    expiresAt: given.expiresAt.toISOString(),
    endedAt: given.endedAt?.toISOString() ?? null,
    endedBy: given.endedBy,
    holds: given.holds,
  };
}

export function noticeBody(notice: AccessNotice, ref: (code: string) => HospitalRef): NoticeBody {
  const { id, person, viewing, studyInstanceUid, patientId, reasonCode, reason, expiresAt, endedAt } =
    notice.grant;
  return {
    id: notice.id,
    hospital: ref(notice.hospital),
    createdAt: notice.createdAt.toISOString(),
    state: notice.state,
    answer: notice.answer,
    answeredBy: notice.answeredBy,
    answeredAt: notice.answeredAt?.toISOString() ?? null,
    grant: {
      id,
      person,
      viewing: ref(viewing),
      studyInstanceUid,
      patientId,
      reasonCode,
      reason,
      expiresAt: new Date(expiresAt).toISOString(),
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    },
  };
}

export function policyBody(policy: AccessPolicy): AccessPolicyBody {
  return {
    id: policy.id,
    issuing: policy.issuing,
    viewing: policy.viewing,
    discoverable: policy.discoverable,
    grounds: policy.grounds,
    hours: policy.hours,
    purposes: policy.purposes as AccessPolicyBody['purposes'],
    author: policy.author,
    createdAt: policy.createdAt.toISOString(),
    endedAt: policy.endedAt?.toISOString() ?? null,
    endedBy: policy.endedBy,
  };
}
