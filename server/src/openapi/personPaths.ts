import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, text, whole } from './schemaWords.ts';

const MATCH = inPath('match', 'Number of the question');
const PERSON = inPath('person', 'Id of the person');
const NOT_THERE = problem('There is none, or not in hospitals of the right');
const DECIDED = {
  200: json('PersonDecided'),
  400: problem('The body does not fit'),
  404: NOT_THERE,
  409: problem('Decided by somebody meanwhile, or against another decision that has to be undone first'),
  ...ERRORS,
};
const KINDS = oneOf('alike', 'dispute', 'ownNumber', 'twoNumbers', 'reused');
const STATES = oneOf('open', 'confirmed', 'refused', 'withdrawn');

/** Persons across hospitals. */
export const PERSON_PATHS = {
  '/person-matches': {
    get: {
      operationId: 'listPersonMatches',
      summary: 'Questions on who is who, the surest first; scope persons in the hospitals of both sides',
      description:
        'alike: two patients resemble each other. dispute: an identifier would join two that differ. ownNumber: an ID-card number says another birth date or sex than the record. twoNumbers: one patient bears two ID-card numbers. reused: a PatientID stands for several people.',
      parameters: [
        query('kind', 'Of these kinds', many(KINDS)),
        query('state', 'open when absent', STATES),
        query('limit', 'At most so many; 50 when absent, at most 200', whole),
        query('cursor', 'next of the page before'),
      ],
      responses: {
        200: json('PersonMatchesPage'),
        400: problem('A parameter cannot be used'),
        ...ERRORS,
      },
    },
  },
  '/person-matches/{match}': {
    get: {
      operationId: 'getPersonMatch',
      summary: 'Both sides of a question with their newest studies; scope persons',
      parameters: [MATCH],
      responses: { 200: json('PersonMatchDetail'), 404: NOT_THERE, ...ERRORS },
    },
    post: {
      operationId: 'decidePersonMatch',
      summary: 'Answers a question: one person, or not; scope persons',
      parameters: [MATCH],
      requestBody: jsonBody('MatchDecision'),
      responses: DECIDED,
    },
  },
  '/persons/search': {
    post: {
      operationId: 'searchPersons',
      summary: 'The person that a patient of a hospital is; scope persons',
      requestBody: jsonBody('PersonQuery'),
      responses: { 200: json('PersonsFound'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/persons/merge': {
    post: {
      operationId: 'mergePersons',
      summary: 'Says that two persons are one; scope persons',
      requestBody: jsonBody('PersonMerger'),
      responses: DECIDED,
    },
  },
  '/persons/{person}': {
    get: {
      operationId: 'getPerson',
      summary: 'A person: its patients, kinds of identifiers without values, history; scope persons',
      parameters: [PERSON],
      responses: { 200: json('Person'), 404: NOT_THERE, ...ERRORS },
    },
  },
  '/persons/{person}/separate': {
    post: {
      operationId: 'separatePerson',
      summary: 'Says that some patients of a person are somebody else; scope persons',
      parameters: [PERSON],
      requestBody: jsonBody('PersonSeparation'),
      responses: DECIDED,
    },
  },
  '/person-events/{event}/undo': {
    post: {
      operationId: 'undoPersonDecision',
      summary: 'Takes back a merger or a separation; scope persons',
      parameters: [inPath('event', 'Number of the event')],
      requestBody: jsonBody('PersonUndoing'),
      responses: DECIDED,
    },
  },
  '/studies/{study}/person': {
    get: {
      operationId: 'listStudiesOfSamePerson',
      summary: 'Other studies of the same person, as far as they may be opened or found',
      description:
        'A study that may be found and not opened is told without its UID, with a reference for POST /access/grants where a person asks.',
      parameters: [
        inPath('study', 'Study Instance UID'),
        query('hospital', 'Whose copy of the study; the one stored first when absent'),
      ],
      responses: {
        200: json('StudyPerson'),
        404: problem('There is no such study, or none that may be read'),
        ...ERRORS,
      },
    },
  },
};

const sameness = oneOf('same', 'like', 'different', 'unknown');
const patient = {
  number: whole,
  hospital: ref('Hospital'),
  patientId: text(),
  issuer: text(),
  name: text(),
  sex: text('M, F, O or empty'),
  birthDate: text('YYYY-MM-DD or empty'),
};
const match = {
  id: whole,
  kind: KINDS,
  by: text('Kind of the identifier, or what else the question came by'),
  score: { type: 'number' },
  name: sameness,
  birthDate: sameness,
  sex: sameness,
  state: STATES,
  createdAt: instant,
  decidedAt: orNull(instant),
  decidedBy: text(),
  reason: text(),
  one: ref('MatchPatient'),
  other: orNull(ref('MatchPatient')),
};
const studies = list(
  body({
    studyInstanceUid: text(),
    studyDate: text('YYYY-MM-DD or empty'),
    modalities: list(text()),
    description: text(),
    name: text(),
    sex: text(),
    birthDate: text(),
  }),
);

export const PERSON_SCHEMAS = {
  MatchPatient: body({ ...patient, person: orNull(text()) }),
  PersonMatch: body(match),
  PersonMatchesPage: body({ matches: list(ref('PersonMatch')), next: orNull(text()) }),
  PersonMatchDetail: body({ ...match, oneStudies: studies, otherStudies: studies }),
  MatchDecision: body({ same: flag, reason: text('2 to 500 characters') }),
  PersonDecided: body({ person: text(), event: orNull(whole) }),
  PersonQuery: body({ hospital: text(), patientId: text() }),
  PersonsFound: body({ persons: list(body({ person: text(), patient: ref('MatchPatient') })) }),
  PersonMerger: body({ one: text(), other: text(), reason: text('2 to 500 characters') }),
  PersonSeparation: body({ patients: list(whole), reason: text('2 to 500 characters') }),
  PersonUndoing: body({ reason: text('2 to 500 characters') }),
  Person: body({
    id: text(),
    patients: list(
      body({
        ...patient,
        how: oneOf('identifier', 'confirmed', 'alone'),
        since: instant,
        studies: whole,
        identifiers: list(body({ kind: text(), source: text(), since: text() })),
      }),
    ),
    events: list(
      body({
        id: whole,
        kind: oneOf('merged', 'separated', 'undone', 'linked', 'unlinked'),
        at: instant,
        by: text(),
        reason: text(),
        cause: text(),
        undoes: orNull(whole),
        undoable: flag,
      }),
    ),
  }),
  StudyPerson: body({
    known: flag,
    person: orNull(text('For who holds persons in the hospital')),
    studies: list(
      body({
        hospital: ref('Hospital'),
        studyDate: text('YYYY-MM-DD or empty'),
        modalities: list(text()),
        items: list(body({ code: text(), name: ref('Bilingual') })),
        labels: list(text()),
        openable: flag,
        studyInstanceUid: orNull(text()),
        reference: orNull(text()),
        grounds: list(oneOf('recognition', 'patientPresent', 'consent', 'breakGlass')),
        hours: whole,
        asksBirthDate: flag,
      }),
    ),
  }),
};
