import {
  decideMatch,
  findPersonsOf,
  MATCH_KINDS,
  MATCH_STATES,
  mergePersons,
  type PersonDecision,
  readMatches,
  readPatientStudies,
  readPerson,
  separatePatients,
  undoDecision,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, type Hospitals, hospitalsWith, may, type ServerParts } from '../context.ts';
import type {
  PersonBody,
  PersonDecided,
  PersonMatchDetail,
  PersonMatchesPage,
  PersonsFound,
} from '../contract/persons.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { cursorOf, pageSize, readListQuery, repeated, single, UUID, writeCursor } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { decisionProblem, hospitalNames, matchBody, patientBody, personBody, studyBody } from './bodies.ts';

const BODY_LIMIT = 16_384;

const listing = z.object({
  kind: repeated(z.enum(MATCH_KINDS)),
  state: single
    .pipe(z.tuple([z.enum(MATCH_STATES)]))
    .transform(([state]) => state)
    .default('open'),
  limit: pageSize(50, 200),
  cursor: cursorOf(z.tuple([z.number(), z.int().positive()])),
});
const noNul = (value: string): boolean => !value.includes('\0');
const reason = z.string().trim().min(2).max(500).refine(noNul);
const person = z.string().regex(UUID);
const decision = z.strictObject({ same: z.boolean(), reason });
const search = z.strictObject({
  hospital: z.string().max(32).refine(noNul),
  patientId: z.string().trim().min(1).max(64).refine(noNul),
});
const merger = z.strictObject({ one: person, other: person, reason });
const separation = z.strictObject({ patients: z.array(z.int().positive()).min(1).max(200), reason });
const undoing = z.strictObject({ reason });

type Parts = Pick<ServerParts, 'index' | 'audit'>;

/**
 * Below `/api`, for who holds `persons`: the work-list of questions, decisions, persons with their patients and history, mergers
 * and separations. What is of hospitals without the right is as if it were not there; a question needs the right on both sides.
 */
export function personRoutes(parts: Parts): Router {
  const router = Router();
  const persons = requireScope('persons');
  const body = smallJson(BODY_LIMIT);
  router.get('/person-matches', persons, (req, res) => listMatches(parts, req, res));
  router.get('/person-matches/:match', persons, (req, res) => oneMatch(parts, req, res));
  router.post('/person-matches/:match', persons, ...body, async (req, res) => {
    const { same, reason } = parsedBody(decision, req.body);
    const id = idOf(req.params['match']);
    await decided(parts, req, res, { match: id, same }, (given) =>
      decideMatch(parts.index, id, same, { ...given, reason }),
    );
  });
  router.post('/persons/search', persons, ...body, (req, res) => findPersons(parts, req, res));
  router.post('/persons/merge', persons, ...body, async (req, res) => {
    const { one, other, reason } = parsedBody(merger, req.body);
    await decided(parts, req, res, { merge: [one, other] }, (given) =>
      mergePersons(parts.index, { one, other }, { ...given, reason }),
    );
  });
  router.get('/persons/:person', persons, (req, res) => onePerson(parts, req, res));
  router.post('/persons/:person/separate', persons, ...body, async (req, res) => {
    const { patients, reason } = parsedBody(separation, req.body);
    const whose = personIn(req);
    await decided(parts, req, res, { separate: whose, patients: patients.length }, (given) =>
      separatePatients(parts.index, whose, patients, { ...given, reason }),
    );
  });
  router.post('/person-events/:event/undo', persons, ...body, async (req, res) => {
    const { reason } = parsedBody(undoing, req.body);
    const id = idOf(req.params['event']);
    await decided(parts, req, res, { undo: id }, (given) =>
      undoDecision(parts.index, id, { ...given, reason }),
    );
  });
  return router;
}

const heldIn = (res: Response): Hospitals => hospitalsWith(callerOf(res), 'persons');

/** A number of the address; what is none is the number of nothing. */
function idOf(text: unknown): number {
  if (typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw problem('not-found');
}

function personIn(req: Request): string {
  const text = req.params['person'];
  if (typeof text === 'string' && UUID.test(text)) return text;
  throw problem('not-found');
}

async function listMatches(parts: Parts, req: Request, res: Response): Promise<void> {
  const { kind, state, limit, cursor } = readListQuery(listing, queryParameters(req.originalUrl));
  const found = await readMatches(parts.index, {
    hospitals: heldIn(res),
    kinds: kind,
    state,
    id: null,
    after: cursor === null ? null : { score: cursor[0], id: cursor[1] },
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  await auditAccess(parts, req, res, {
    action: 'search',
    count: page.length,
    detail: { of: 'personMatches', state, kind },
  });
  const ref = await hospitalNames(parts.index);
  const answer: PersonMatchesPage = {
    matches: page.map((match) => matchBody(match, ref)),
    next: last === undefined ? null : writeCursor([last.score, last.id]),
  };
  res.set('Cache-Control', 'no-store').json(answer);
}

async function oneMatch(parts: Parts, req: Request, res: Response): Promise<void> {
  const { index } = parts;
  const id = idOf(req.params['match']);
  const [match] = await readMatches(index, {
    hospitals: heldIn(res),
    kinds: [],
    state: 'open',
    id,
    after: null,
    limit: 1,
  });
  if (match === undefined) throw problem('not-found');
  const sides = [match.one, ...(match.other === null ? [] : [match.other])];
  const studies = await Promise.all(sides.map((side) => readPatientStudies(index, side)));
  for (const { hospital, patientId } of sides)
    await auditAccess(parts, req, res, {
      action: 'search',
      hospital,
      patientId,
      detail: { of: 'personMatch', match: id },
    });
  const [oneStudies = [], otherStudies = []] = studies;
  const answer: PersonMatchDetail = {
    ...matchBody(match, await hospitalNames(index)),
    oneStudies: oneStudies.map(studyBody),
    otherStudies: otherStudies.map(studyBody),
  };
  res.set('Cache-Control', 'no-store').json(answer);
}

async function findPersons(parts: Parts, req: Request, res: Response): Promise<void> {
  const { hospital, patientId } = parsedBody(search, req.body);
  const found = may(callerOf(res), 'persons', hospital)
    ? await findPersonsOf(parts.index, hospital, patientId)
    : [];
  await auditEvent(parts, req, res, {
    action: 'search',
    hospital: found.length > 0 ? hospital : '',
    patientId: found.length > 0 ? patientId : '',
    count: found.length,
    detail: { of: 'persons' },
  });
  const ref = await hospitalNames(parts.index);
  const answer: PersonsFound = {
    persons: found.map((one) => ({ person: one.person, patient: patientBody(one.patient, ref) })),
  };
  res.set('Cache-Control', 'no-store').json(answer);
}

async function onePerson(parts: Parts, req: Request, res: Response): Promise<void> {
  const page = await readPerson(parts.index, personIn(req), heldIn(res));
  if (page === null) throw problem('not-found');
  for (const { hospital, patientId } of page.patients)
    await auditAccess(parts, req, res, {
      action: 'search',
      hospital,
      patientId,
      detail: { of: 'person', person: page.id },
    });
  const answer: PersonBody = personBody(page, await hospitalNames(parts.index));
  res.set('Cache-Control', 'no-store').json(answer);
}

/** Takes a decision, and has it on record before it is answered. */
async function decided(
  parts: Parts,
  req: Request,
  res: Response,
  what: Record<string, unknown>,
  decide: (given: { hospitals: Hospitals; author: ReturnType<typeof authorOf> }) => Promise<PersonDecision>,
): Promise<void> {
  const outcome = await decide({ hospitals: heldIn(res), author: authorOf(callerOf(res)) });
  if ('fault' in outcome) throw decisionProblem(outcome.fault);
  await auditEvent(parts, req, res, {
    action: 'correct',
    detail: { of: 'persons', ...what, person: outcome.person, event: outcome.event },
  });
  const answer: PersonDecided = outcome;
  res.set('Cache-Control', 'no-store').json(answer);
}
