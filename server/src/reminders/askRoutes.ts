import { countSearch, PATIENT_CLASSES } from '@hutong/storage-config';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/authenticate.ts';
import { type Caller, callerOf, hospitalsWith, may } from '../context.ts';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { askReminder, type ReminderParts, remindersAnswer } from './ask.ts';
import { identifiedPerson } from './identifiedPerson.ts';
import type { WorldSource } from './world.ts';

/** Exams that one call may ask for. */
export const MOST_EXAMS = 20;

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes('\0'))
    .transform((value) => value.trim());

export const examSchema = z
  .strictObject({
    code: text(64).default(''),
    scheme: text(64).default(''),
    name: text(200).default(''),
    modality: z
      .string()
      .regex(/^[A-Z]{0,16}$/)
      .default(''),
  })
  .refine(({ code, name }) => code !== '' || name !== '');

const askSchema = z
  .strictObject({
    hospital: text(32).optional(),
    patient: z
      .strictObject({ patientId: text(64).refine((id) => id !== ''), issuer: text(64).default('') })
      .optional(),
    identifiers: z
      .array(
        z.strictObject({
          kind: z.enum(['idCard', 'healthCard', 'passport', 'other']),
          value: text(64),
          issuer: text(64).optional(),
        }),
      )
      .max(10)
      .default([]),
    exams: z.array(examSchema).min(1).max(MOST_EXAMS),
    orderNumber: text(64).default(''),
    department: text(100).default(''),
    practitioner: text(100).default(''),
    patientClass: z.enum(PATIENT_CLASSES).default(''),
  })
  .refine(({ patient, identifiers }) => patient !== undefined || identifiers.length > 0, {
    path: ['patient'],
  });

/** `POST /reminders` below `/api`: what exists already of the exams that somebody is about to order. */
export function askRoutes(parts: ReminderParts, world: WorldSource): Router {
  const router = Router();
  router.post('/reminders', requireScope('recognise'), ...smallJson(65_536), async (req, res) => {
    const given = parsedBody(askSchema, req.body);
    const caller = callerOf(res);
    const now = await world();
    const hospital = askingHospital(res, given.hospital, (code) => now.hospitals.has(code));
    if (given.identifiers.length > 0) await countAsked(parts, caller);
    const { person, ignored } = await identifiedPerson(parts, given.identifiers);
    const request = {
      hospital,
      patientId: given.patient?.patientId ?? '',
      issuerOfPatientId: given.patient?.issuer ?? '',
      identified: person,
      exams: given.exams,
      orderNumber: given.orderNumber,
      department: given.department,
      // A person asks in the own name.
      practitioner: caller.kind === 'person' ? caller.displayName : given.practitioner,
      patientClass: given.patientClass,
      channel: caller.kind === 'machine' ? ('json' as const) : ('page' as const),
      caller: { kind: caller.kind, id: caller.id },
    };
    const reminded = await askReminder(parts, { req, res, world: now }, request);
    const body = await remindersAnswer(parts, { req, world }, request, reminded, ignored);
    res.set('Cache-Control', 'no-store').json(body);
  });
  return router;
}

/**
 * Identifiers name anybody in the region, patients of other hospitals too: people ask by them as seldom as they search
 * elsewhere, and both count together. Systems ask at each order; they are held to the bounds of a caller.
 *
 * @throws HttpProblem 429
 */
async function countAsked({ index }: ReminderParts, { account }: Caller): Promise<void> {
  if (account === null || (await countSearch(index, account.id))) return;
  throw problem('too-many-attempts', {
    detail: 'Too many people were asked for by identifiers. Wait some minutes before the next one.',
    detailZh: '按证件查询过于频繁，请数分钟后再试。',
    headers: { 'Retry-After': '300' },
  });
}

/**
 * The hospital that somebody asks for.
 *
 * @throws HttpProblem 400 where it has to be said, 403 for one that the caller does not ask for
 */
function askingHospital(
  res: Response,
  asked: string | undefined,
  isKnown: (code: string) => boolean,
): string {
  const caller = callerOf(res);
  const held = hospitalsWith(caller, 'recognise');
  const code = asked ?? (held?.length === 1 ? held[0] : undefined);
  if (code === undefined)
    throw new HttpProblem(
      400,
      'hospital-needed',
      'Say in hospital which hospital is about to order.',
      '请在 hospital 中注明开单医院代码。',
    );
  if (!may(caller, 'recognise', code) || !isKnown(code))
    throw problem('forbidden', {
      detail: 'This credential does not ask for that hospital.',
      detailZh: '当前凭证不能代表该医院查询。',
    });
  return code;
}
