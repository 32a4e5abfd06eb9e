import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const codeAndName = list(body({ code: text(), name: ref('Bilingual') }));
const counted = body({ code: text(), count: whole });
const version = body({ id: text(), version: text() });
const exam = {
  code: text('Empty where it is a name'),
  scheme: text(),
  name: text('Empty where it is a code'),
};

/** Bodies of decisions on verdicts, of the list of reviews, and of exam mappings. */
export const DECISION_SCHEMAS: Record<string, Schema> = {
  Author: body({ kind: oneOf('machine', 'person', 'trial', 'system'), name: text() }),
  NewDecision: body({
    itemCode: text(),
    verdict: orNull(oneOf('PASS', 'FAIL')),
    reason: text('1 to 500 characters'),
    evidence: text('Digest that came with the item'),
  }),
  Decision: body({
    id: whole,
    itemCode: text(),
    verdict: orNull({ ...oneOf('PASS', 'FAIL'), description: 'null: earlier decisions were taken back' }),
    machineVerdict: ref('Verdict'),
    reason: text(),
    author: ref('Author'),
    at: instant,
    stale: { type: 'boolean', description: 'It was made on other evidence than is seen now' },
  }),
  ConformanceHistory: body({
    entries: list({
      anyOf: [
        body({
          kind: oneOf('result'),
          at: instant,
          revision: whole,
          settled: flag,
          catalogue: version,
          engineVersion: text(),
          items: list(
            body({
              code: text(),
              name: ref('Bilingual'),
              verdict: ref('Verdict'),
              summary: ref('Bilingual'),
            }),
          ),
          changes: list(
            body({
              itemCode: text(),
              before: orNull(ref('Verdict')),
              after: orNull(ref('Verdict')),
              requirements: list(
                body({
                  id: text(),
                  label: ref('Bilingual'),
                  before: orNull(text()),
                  after: orNull(text()),
                }),
              ),
            }),
          ),
        }),
        body({ kind: oneOf('decision'), at: instant, decision: ref('Decision') }),
      ],
    }),
  }),
  Review: body({
    hospital: ref('Hospital'),
    studyInstanceUid: text(),
    patient: body({
      name: text(),
      sex: text(),
      age: orNull(body({ value: whole, unit: oneOf('Y', 'M', 'D') })),
    }),
    studyDate: text('YYYY-MM-DD or empty'),
    description: text(),
    modalities: list(text()),
    itemCode: text(),
    itemName: ref('Bilingual'),
    summary: ref('Bilingual'),
    undecided: list(body({ id: text(), label: ref('Bilingual'), reason: ref('Bilingual') })),
    staleDecision: orNull(ref('Decision')),
    settled: flag,
    evidence: text('Digest, to be sent back with a decision'),
    receivedAt: instant,
    mayDecide: flag,
  }),
  ReviewsPage: body({
    reviews: list(ref('Review')),
    next: orNull(text('Cursor of the next page')),
    total: body({ value: whole, capped: flag }),
  }),
  ReviewFacets: body({
    hospitals: list(counted),
    items: list(body({ code: text(), name: ref('Bilingual'), count: whole })),
    stale: whole,
  }),
  ExamMapping: body({
    id: whole,
    hospital: text('Hospital code'),
    ...exam,
    items: codeAndName,
    author: ref('Author'),
    at: instant,
    studies: { type: 'integer', description: 'Studies that carry it' },
  }),
  ExamMappingsPage: body({ mappings: list(ref('ExamMapping')), next: orNull(text()) }),
  NewExamMapping: body(
    {
      hospital: text('Hospital code'),
      code: text(),
      scheme: text(),
      name: text(),
      itemCodes: list(text()),
    },
    'code',
    'scheme',
    'name',
  ),
  UnmappedExam: body({
    hospital: text('Hospital code'),
    ...exam,
    modality: text(),
    studies: whole,
    firstSeenAt: instant,
    lastSeenAt: instant,
    judged: body({ PASS: whole, FAIL: whole, REVIEW: whole, notListed: whole }),
    suggestions: list(
      body({
        itemCodes: list(text()),
        items: codeAndName,
        because: ref('Bilingual'),
        score: { type: 'number', description: '0 to 1' },
      }),
    ),
    mayMap: flag,
  }),
  UnmappedExamsPage: body({ exams: list(ref('UnmappedExam')), next: orNull(text()), total: whole }),
  ExamMappingImport: body({
    added: whole,
    changed: whole,
    unchanged: whole,
    errors: list(body({ line: whole, text: ref('Bilingual') })),
  }),
};
