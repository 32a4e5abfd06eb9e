import { LABEL_OBSTACLES } from '@hutong/recognition';
import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

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

const day: Schema = { type: 'string', format: 'date' };
const state = oneOf('proposed', 'applied', 'withdrawn');
const cause = oneOf(
  'verdict',
  'qualification',
  'suspension',
  'device',
  'policy',
  'membership',
  'person',
  'correction',
);
const qualification = orNull(body({ id: whole, evaluatedAt: day, validUntil: day }));
const named = body({ code: text(), name: ref('Bilingual') });
const obstacles = list(body({ kind: oneOf(...LABEL_OBSTACLES), text: ref('Bilingual') }));
const labelOfStudy = {
  hospital: text('Code'),
  studyInstanceUid: text(),
  itemCode: text(),
  scope: text('Recognition scope'),
};
const policy = {
  scope: text(),
  hospitalCode: { ...orNull(text()), description: 'null: every hospital of the scope' },
  release: oneOf('automatic', 'proposed'),
  lateQualification: { ...flag, description: 'An evaluation that is entered after the study labels it' },
  deviceTestNeeded: { ...flag, description: 'Studies of devices without a valid state test get no label' },
};
const set = {
  hospital: text('Code'),
  itemCode: orNull(text()),
  scope: orNull(text()),
  from: orNull(day),
  until: orNull(day),
};
const SET_OPTIONAL = ['itemCode', 'scope', 'from', 'until'];
const reason: Schema = text('1 to 500 characters');
const event = {
  itemCode: text(),
  scope: text(),
  text: text('Scope and HR'),
  state,
  cause,
  reason: ref('Bilingual'),
  author: text(),
  at: instant,
  qualification,
};

export const LABEL_SCHEMAS: Record<string, Schema> = {
  StudyLabels: body({
    hospital: named,
    studyDate: text('YYYY-MM-DD or empty'),
    pending: flag,
    notListed: orNull(body({ text: ref('Bilingual') })),
    items: list(
      body({
        code: text(),
        name: ref('Bilingual'),
        verdict: orNull(oneOf('PASS', 'FAIL', 'REVIEW')),
        decided: flag,
        labels: list(
          body({
            scope: text(),
            text: text(),
            state: orNull(state),
            since: orNull(instant),
            cause: orNull(cause),
            reason: orNull(ref('Bilingual')),
            author: orNull(text()),
            qualification,
            obstacles,
            release: oneOf('automatic', 'proposed'),
          }),
        ),
      }),
    ),
    covers: ref('Bilingual'),
    mayChange: flag,
    mayLift: flag,
  }),
  LabelWithdrawal: body({
    id: whole,
    hospital: named,
    studyInstanceUid: orNull(text()),
    ofStudy: flag,
    itemCode: orNull(text()),
    scope: orNull(text()),
    from: orNull(day),
    until: orNull(day),
    reason: text(),
    author: text(),
    at: instant,
    lifted: orNull(body({ at: instant, by: text(), reason: text() })),
    mayLift: flag,
  }),
  LabelEvent: body(event),
  LabelHistory: body({ events: list(ref('LabelEvent')), withdrawals: list(ref('LabelWithdrawal')) }),
  Labels: body({
    labels: list(
      body({
        ...event,
        hospital: named,
        studyInstanceUid: text(),
        itemName: ref('Bilingual'),
        patient: body({
          name: text(),
          sex: text(),
          age: orNull(body({ value: whole, unit: oneOf('Y', 'M', 'D') })),
        }),
        studyDate: text('YYYY-MM-DD or empty'),
        description: text(),
        mayChange: flag,
      }),
    ),
    next: orNull(text()),
  }),
  LabelsToRelease: body({ labels: list(body(labelOfStudy)) }),
  ReleasedLabels: body({
    labels: list(
      body({
        ...labelOfStudy,
        outcome: oneOf('released', 'notProposed', 'pending', 'obstacle'),
        obstacles,
      }),
    ),
  }),
  NewStudyLabelWithdrawal: body(
    { itemCode: orNull(text()), scope: orNull(text()), reason },
    'itemCode',
    'scope',
  ),
  LabelSet: body(set, ...SET_OPTIONAL),
  NewLabelWithdrawal: body({ ...set, reason }, ...SET_OPTIONAL),
  LiftedLabelWithdrawal: body({ reason }),
  LabelWithdrawals: body({ withdrawals: list(ref('LabelWithdrawal')), next: orNull(text()) }),
  LabelWithdrawalPreview: body({ labels: whole, studies: whole }),
  LabelWithdrawalOutcome: body({ withdrawal: ref('LabelWithdrawal'), studies: whole, goesOn: flag }),
  NewLabelPolicy: body(policy),
  LabelPolicy: body({
    ...policy,
    id: whole,
    author: text(),
    at: instant,
    endedAt: orNull(instant),
    endedBy: text(),
  }),
  LabelPolicies: body({
    policies: list(ref('LabelPolicy')),
    usual: body({
      release: policy.release,
      lateQualification: flag,
      deviceTestNeeded: flag,
    }),
    scopes: list(text()),
    hospitals: list(named),
    items: list(named),
    mayChange: flag,
    mayWithdraw: list(text()),
  }),
  Relabelling: body({
    id: whole,
    reason: oneOf('qualification', 'suspension', 'device', 'policy', 'membership', 'person', 'request'),
    filter: body(
      { hospitals: list(text()), items: list(text()), scopes: list(text()), from: text(), until: text() },
      'hospitals',
      'items',
      'scopes',
      'from',
      'until',
    ),
    author: text(),
    requestedAt: instant,
    state: oneOf('waiting', 'working', 'done', 'cancelled'),
    lookedAt: whole,
    changed: whole,
    progress: orNull({ type: 'number' }),
    endedAt: orNull(instant),
  }),
  Relabellings: body({ relabellings: list(ref('Relabelling')) }),
};
