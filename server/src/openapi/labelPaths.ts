import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';

const STUDY = inPath('study', 'StudyInstanceUID');
const HOSPITAL = query('hospital', 'Hospital whose copy is meant; the one that stored first when absent');
const NO_STUDY = problem('There is no such study');
const CURSOR = query('cursor', 'next of the page before');
const LIMIT = query('limit', 'Entries a page, 1 to 200, 50 when absent', { type: 'integer' });

/** HR labels: of a study and in lists; release, withdrawal, policy. */
export const LABEL_PATHS = {
  '/studies/{study}/labels': {
    get: {
      operationId: 'getStudyLabels',
      summary: 'The HR labels of a study, and why it carries no others: for each item and scope',
      parameters: [STUDY, HOSPITAL],
      responses: { 200: json('StudyLabels'), 404: NO_STUDY, ...ERRORS },
    },
  },
  '/studies/{study}/labels/history': {
    get: {
      operationId: 'getLabelHistory',
      summary: 'All that was done to the labels of a study, the newest first',
      parameters: [STUDY, HOSPITAL],
      responses: { 200: json('LabelHistory'), 404: NO_STUDY, ...ERRORS },
    },
  },
  '/studies/{study}/labels/withdrawals': {
    post: {
      operationId: 'withdrawStudyLabels',
      summary: 'Withdraws labels of a study at once; none is given until the withdrawal is lifted',
      description: 'Scope review in the issuing hospital. Without item and scope: every label.',
      parameters: [STUDY, HOSPITAL],
      requestBody: jsonBody('NewStudyLabelWithdrawal'),
      responses: {
        201: json('LabelWithdrawalOutcome'),
        400: problem('The body does not fit'),
        404: NO_STUDY,
        ...ERRORS,
      },
    },
  },
  '/labels': {
    get: {
      operationId: 'listLabels',
      summary: 'Labels of a state, the newest first; those that wait to be released when none is named',
      parameters: [
        query('state', 'proposed when absent', {
          type: 'string',
          enum: ['proposed', 'applied', 'withdrawn'],
        }),
        query('hospital', 'Hospital code; may be repeated', many({ type: 'string' })),
        query('item', 'Catalogue item code; may be repeated', many({ type: 'string' })),
        query('scope', 'Recognition scope; may be repeated', many({ type: 'string' })),
        LIMIT,
        CURSOR,
      ],
      responses: { 200: json('Labels'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
  },
  '/labels/release': {
    post: {
      operationId: 'releaseLabels',
      summary: 'Releases proposed labels, up to 200 at once, each of which must be allowed at this moment',
      description:
        'Scope review in the issuing hospital. Those of other hospitals are as if they were not there.',
      requestBody: jsonBody('LabelsToRelease'),
      responses: { 200: json('ReleasedLabels'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/label-withdrawals': {
    get: {
      operationId: 'listLabelWithdrawals',
      summary: 'Withdrawals by people, the newest first',
      parameters: [query('open', 'true: those that were not lifted', { type: 'boolean' }), LIMIT, CURSOR],
      responses: { 200: json('LabelWithdrawals'), ...ERRORS },
    },
    post: {
      operationId: 'withdrawLabels',
      summary: 'Withdraws labels of a set of studies: of a hospital, an item, a scope, a period',
      description:
        'Scope registry in the issuing hospital. Labels of large sets go in the background. What is stored later and falls into the set gets no label either, until the withdrawal is lifted.',
      requestBody: jsonBody('NewLabelWithdrawal'),
      responses: {
        201: json('LabelWithdrawalOutcome'),
        400: problem('The body does not fit'),
        404: problem('There is no such hospital'),
        ...ERRORS,
      },
    },
  },
  '/label-withdrawals/preview': {
    post: {
      operationId: 'previewLabelWithdrawal',
      summary: 'How many labels a withdrawal would take',
      requestBody: jsonBody('LabelSet'),
      responses: {
        200: json('LabelWithdrawalPreview'),
        400: problem('The body does not fit'),
        404: problem('There is no such hospital'),
        ...ERRORS,
      },
    },
  },
  '/label-withdrawals/{withdrawal}/lift': {
    post: {
      operationId: 'liftLabelWithdrawal',
      summary: 'Lifts a withdrawal: labels that nothing else stands in the way of are given again',
      parameters: [inPath('withdrawal', 'Id of the withdrawal')],
      requestBody: jsonBody('LiftedLabelWithdrawal'),
      responses: {
        200: json('LabelWithdrawalOutcome'),
        400: problem('The body does not fit'),
        404: problem('There is no such withdrawal, or it was lifted'),
        ...ERRORS,
      },
    },
  },
  '/label-policies': {
    get: {
      operationId: 'listLabelPolicies',
      summary: 'How scopes and hospitals give labels',
      parameters: [query('ended', 'true: with those that ended', { type: 'boolean' })],
      responses: { 200: json('LabelPolicies'), ...ERRORS },
    },
    put: {
      operationId: 'setLabelPolicy',
      summary: 'Sets how a scope, or a hospital in it, gives labels; labels follow in the background',
      description: 'Scope registry, of the region.',
      requestBody: jsonBody('NewLabelPolicy'),
      responses: {
        200: json('LabelPolicy'),
        400: problem('The body does not fit'),
        404: problem('There is no such scope or hospital'),
        ...ERRORS,
      },
    },
  },
  '/label-policies/{policy}': {
    delete: {
      operationId: 'endLabelPolicy',
      summary: 'Ends a policy, so that the one of the scope or the usual one holds',
      parameters: [inPath('policy', 'Id of the policy')],
      responses: { 204: { description: 'Ended' }, 404: problem('There is no such policy'), ...ERRORS },
    },
  },
  '/relabellings': {
    get: {
      operationId: 'listRelabellings',
      summary: 'Labels that are looked at anew in the background, and how far that has come',
      responses: { 200: json('Relabellings'), ...ERRORS },
    },
    post: {
      operationId: 'beginRelabelling',
      summary: 'Has all labels looked at anew from the verdicts that stand; scope registry, of the region',
      responses: { 202: json('Relabelling', 'Begun, or waiting already'), ...ERRORS },
    },
  },
};
