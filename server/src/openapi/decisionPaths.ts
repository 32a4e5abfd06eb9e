import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';

const STUDY = inPath('study', 'StudyInstanceUID');
const COPY = query('hospital', 'Whose copy; when absent that of the hospital that stored the study first');
const NO_STUDY = problem('There is no such study in view');
const HOSPITALS = query('hospital', 'Hospital code; may be repeated', many({ type: 'string' }));
const BAD_QUERY = problem('A parameter does not fit; the detail names it');
const CURSOR = query('cursor', 'next of the page before');
const LIMIT = query('limit', 'Entries a page, 1 to 200, 50 when absent', { type: 'integer' });

/** What people decide: verdicts, and the list of those that wait for them. */
export const DECISION_PATHS = {
  '/studies/{study}/conformance/decisions': {
    post: {
      operationId: 'decideVerdict',
      summary: 'Decides on the verdict of an item, or takes decisions back',
      description:
        "Kept beside the machine's verdict with author and reason, never in its place. It holds while the evidence that it names is what is seen; HR labels follow at once. Needs the scope review.",
      parameters: [STUDY, COPY],
      requestBody: jsonBody('NewDecision'),
      responses: {
        201: json('Decision', 'Made; the very same decision sent again answers the one that was made'),
        400: problem('The body does not fit; the detail says where'),
        404: NO_STUDY,
        409: problem(
          'evidence-changed: read the result again; study-pending: it is being judged; nothing-to-take-back',
        ),
        ...ERRORS,
      },
    },
  },
  '/studies/{study}/conformance/history': {
    get: {
      operationId: 'getConformanceHistory',
      summary: 'Results of a study with what each changed, and decisions, newest first',
      parameters: [STUDY, COPY],
      responses: { 200: json('ConformanceHistory'), 400: problem('Not a UID'), 404: NO_STUDY, ...ERRORS },
    },
  },
  '/studies/{study}/conformance/evaluate': {
    post: {
      operationId: 'evaluateStudy',
      summary: 'Has a study judged again now; needs the scope review',
      parameters: [STUDY, COPY],
      responses: {
        202: { description: 'Asked for; another outcome is told by the change feed' },
        400: problem('Not a UID'),
        404: NO_STUDY,
        ...ERRORS,
      },
    },
  },
  '/reviews': {
    get: {
      operationId: 'listReviews',
      summary:
        'Verdicts that wait for a person: undecided ones, and decisions that became stale; oldest study first',
      parameters: [
        HOSPITALS,
        query('item', 'Catalogue item code; may be repeated', many({ type: 'string' })),
        query('modality', 'Modality of any series; may be repeated', many({ type: 'string' })),
        query('stale', 'true: stale decisions alone', { type: 'string', enum: ['true', 'false'] }),
        LIMIT,
        CURSOR,
      ],
      responses: { 200: json('ReviewsPage'), 400: BAD_QUERY, ...ERRORS },
    },
  },
  '/reviews/facets': {
    get: {
      operationId: 'countReviews',
      summary: 'How much waits for a person, by hospital and by item',
      responses: { 200: json('ReviewFacets'), ...ERRORS },
    },
  },
};
