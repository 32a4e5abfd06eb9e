import { normaliseDate, parseUid } from '@hutong/dicom';
import type { CorrectionRequest, GivenReason } from '@hutong/storage-config';
import { z } from 'zod';
import { checkedReason, reasonBody } from '../correctionReason.ts';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem } from '../problem.ts';

/** A value of one line without the backslash, which separates values (PS3.5 Table 6.2-1). */
const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\\]*$/u)
    .transform((text) => text.trim());
const shortString = line(16);
const longString = line(64);
const id = longString.refine((text) => text !== '');

/** One component group of a person name; `=` would begin the next. */
const group = longString.refine((text) => !text.includes('='));
const personName = z
  .strictObject({ alphabetic: group.optional(), ideographic: group.optional(), phonetic: group.optional() })
  .transform(({ alphabetic = '', ideographic = '', phonetic = '' }) => ({
    Alphabetic: alphabetic,
    Ideographic: ideographic,
    Phonetic: phonetic,
  }));

/** YYYY-MM-DD, or empty. */
const date = z
  .string()
  .regex(/^(\d{4}-\d{2}-\d{2})?$/)
  .transform((text) => text.replaceAll('-', ''))
  .refine((text) => text === '' || normaliseDate(text) === text);

const patient = z.strictObject({ patientId: id, issuerOfPatientId: longString.optional() });
const ofPatient = {
  patientName: personName.optional(),
  patientBirthDate: date.optional(),
  patientSex: z.enum(['M', 'F', 'O', '']).optional(),
};
const some = (values: object): boolean => Object.values(values).some((value) => value !== undefined);
const common = { hospital: z.string().max(32), reason: reasonBody };

const body = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('patientMerge'),
    from: patient,
    into: patient,
    values: z.strictObject(ofPatient).optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('patientAttributes'),
    patient,
    values: z.strictObject(ofPatient).refine(some),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('studyAttributes'),
    studyInstanceUid: z.string().refine((text) => parseUid(text) !== null),
    values: z
      .strictObject({
        ...ofPatient,
        patientId: longString.optional(),
        issuerOfPatientId: longString.optional(),
        accessionNumber: shortString.optional(),
        referringPhysicianName: personName.optional(),
        studyId: shortString.optional(),
        studyDescription: longString.optional(),
      })
      .refine(some),
  }),
]);

export interface ParsedCorrection {
  hospital: string;
  reason: GivenReason;
  request: CorrectionRequest;
}

/**
 * Reads the body of a correction.
 *
 * @throws HttpProblem 400 naming the members that do not fit; never their values, which are a patient's
 */
export function parseCorrection(json: unknown): ParsedCorrection {
  const { hospital, reason, ...request } = parsedBody(body, json, { code: 'bad-correction' });
  return { hospital, reason: checkedReason(reason.code, reason.text), request: requestOf(request) };
}

const undoing = z.strictObject({ reason: reasonBody });

/** Why a correction is undone. @throws HttpProblem 400 when no reason is given, or none of the codes */
export function parseUndo(json: unknown): GivenReason {
  const { reason } = parsedBody(undoing, json, { code: 'bad-correction' });
  return checkedReason(reason.code, reason.text);
}

type Parsed = z.infer<typeof body>;

/** Without the members that were not given. */
function requestOf(request: Omit<Parsed, 'hospital' | 'reason'> & Pick<Parsed, 'kind'>): CorrectionRequest {
  const given = JSON.parse(JSON.stringify(request)) as CorrectionRequest;
  if (given.kind === 'patientMerge' && isSamePatient(given)) {
    throw new HttpProblem(
      400,
      'bad-correction',
      'from and into are the same patient.',
      'from 与 into 为同一患者。',
    );
  }
  return given;
}

function isSamePatient({ from, into }: Extract<CorrectionRequest, { kind: 'patientMerge' }>): boolean {
  return from.patientId === into.patientId && from.issuerOfPatientId === into.issuerOfPatientId;
}
