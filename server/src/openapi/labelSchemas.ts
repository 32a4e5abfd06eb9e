import { LABEL_OBSTACLES } from '@hutong/recognition';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

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
