import { defaultCatalogue } from '@hutong/conformance';
import { recordQualification } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addStudy,
  conformanceOf,
  type JudgedItem,
  judge,
  SCOPE,
  series,
} from '../../../storage-config/src/decisions/testing.ts';
import type {
  ConformanceHistoryBody,
  StudyConformanceBody,
  VerdictDecisionBody,
} from '../contract/conformance.ts';
import {
  HOSPITALS_HEADER,
  SCOPES_HEADER,
  seedStudy,
  startTestGateway,
  type TestGateway,
} from '../dicomweb/testing.ts';
import { conformanceRoutes, decisionRoutes } from './routes.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({
    api: [
      conformanceRoutes(parts),
      decisionRoutes({ ...parts, config: { ...parts.config, regionName: SCOPE } }),
    ],
  }));
  await seedStudy(gateway, { hospital: 'a', uid: '1.1' });
  await seedStudy(gateway, { hospital: 'b', uid: '1.1' });
});
afterAll(() => gateway.close());

let studies = 0;

/** A study of hospital a that was judged. */
async function judged(items: JudgedItem[] = [{ code: 'MR-01', verdict: 'REVIEW' }], hospital = 'a') {
  const uid = `2.${(studies += 1)}`;
  const id = await addStudy(gateway.index, { hospital, uid });
  await judge(gateway.index, id, conformanceOf(items));
  return { id, uid };
}

interface As {
  hospitals?: string;
  scopes?: string;
}
const REVIEWER: As = { scopes: 'review' };

function ask(path: string, as: As = {}, init: RequestInit = {}): Promise<Response> {
  return fetch(`${gateway.url}/api/studies/${path}`, {
    ...init,
    headers: {
      [HOSPITALS_HEADER]: as.hospitals ?? '*',
      [SCOPES_HEADER]: as.scopes ?? '',
      'Content-Type': 'application/json',
    },
  });
}
const read = async (uid: string, as: As = {}): Promise<StudyConformanceBody> =>
  (await (await ask(`${uid}/conformance`, as)).json()) as StudyConformanceBody;
const history = async (uid: string): Promise<ConformanceHistoryBody['entries']> =>
  ((await (await ask(`${uid}/conformance/history`)).json()) as ConformanceHistoryBody).entries;

async function decide(uid: string, over: object = {}, as: As = REVIEWER): Promise<Response> {
  const [item] = (await read(uid)).results;
  const body = {
    itemCode: 'MR-01',
    verdict: 'PASS',
    reason: 'b 值写在私有属性中',
    evidence: item?.evidence ?? '0'.repeat(64),
    ...over,
  };
  return ask(`${uid}/conformance/decisions`, as, { method: 'POST', body: JSON.stringify(body) });
}
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { code: string }).code;

test('a study without a verdict is pending', async () => {
  expect(await read('1.1', REVIEWER)).toEqual({
    status: 'pending',
    settled: false,
    revision: null,
    hospital: { code: 'a', name: { zh: 'a医院', en: 'Hospital a' } },
    results: [],
    series: [],
    labels: [],
    catalogue: null,
    catalogueChoice: null,
    engineVersion: null,
    evaluatedAt: null,
    mayDecide: false,
  });
});

test('the newest result of the present revision is answered, with the verdicts that hold and the labels', async () => {
  const { id, uid } = await judged();
  await judge(gateway.index, id, conformanceOf([{ code: 'MR-01', verdict: 'PASS' }]));
  await gateway.index.query(
    `INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version, catalogue_choice)
     SELECT study_id, max(conformance_result_id), 'c', '1', '1', 'afterLast' FROM conformance_result WHERE study_id = $1
      GROUP BY study_id`,
    [id],
  );
  await gateway.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at)
     VALUES ($1, 'MR-01', '龙南市', '龙南市HR', 'applied', '合格', 'passed', 'engine', '2024-03-01T00:00:00Z')`,
    [id],
  );
  expect(await read(uid, REVIEWER)).toMatchObject({
    status: 'done',
    settled: true,
    revision: 1,
    results: [{ itemCode: 'MR-01', verdict: 'PASS', effectiveVerdict: 'PASS', decision: null }],
    series: [{ weighting: 'DWI' }],
    labels: [
      {
        text: '龙南市HR',
        scope: '龙南市',
        itemCode: 'MR-01',
        state: 'applied',
        validFrom: '2024-03-01T00:00:00.000Z',
        reason: { zh: '合格', en: 'passed' },
      },
    ],
    catalogue: { id: 'c', version: '1', title: { zh: 'c', en: 'c' } },
    catalogueChoice: 'afterLast',
    engineVersion: '1',
    evaluatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    mayDecide: true,
  });
});

test('the list is named by its title', async () => {
  const { id, version, title } = defaultCatalogue();
  const { uid } = await judged([{ code: 'MR-01', verdict: 'PASS', catalogue: { id, version } }]);
  expect((await read(uid)).catalogue).toEqual({ id, version, title });
});

test("a hospital's copy is asked for by its code", async () => {
  expect(await (await ask('1.1/conformance?hospital=b')).json()).toMatchObject({
    status: 'pending',
    hospital: { code: 'b' },
  });
});

test('after a change the result of the older revision is left out and cannot be decided on', async () => {
  const { id, uid } = await judged();
  const [item] = (await read(uid)).results;
  await gateway.index.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [id]);
  expect(await read(uid, REVIEWER)).toMatchObject({
    status: 'pending',
    revision: null,
    results: [],
    mayDecide: false,
  });
  const refused = await decide(uid, { evidence: item!.evidence });
  expect(refused.status).toBe(409);
  expect(await codeOf(refused)).toBe('study-pending');
});

test('a decision answers 201, and is shown beside what the machine said', async () => {
  await recordQualification(gateway.index, {
    hospitalCode: 'a',
    itemCode: 'MR-01',
    scope: SCOPE,
    evaluatedAt: '2026-01-01',
    validUntil: '2027-01-01',
    result: 'passed',
  });
  const { uid } = await judged();
  const answer = await decide(uid, { reason: '  b 值\u0007写在\n私有属性中 ' });
  expect(answer.status).toBe(201);
  const decision = (await answer.json()) as VerdictDecisionBody;
  expect(decision).toMatchObject({
    itemCode: 'MR-01',
    verdict: 'PASS',
    machineVerdict: 'REVIEW',
    reason: 'b 值写在\n私有属性中',
    author: { kind: 'machine', name: 'test' },
    stale: false,
  });
  const after = await read(uid);
  expect(after.results).toMatchObject([{ verdict: 'REVIEW', effectiveVerdict: 'PASS', decision }]);
  expect(after.labels).toMatchObject([{ itemCode: 'MR-01', state: 'applied' }]);

  const back = await decide(uid, { verdict: null, reason: '看错了' });
  expect(back.status).toBe(201);
  expect(await read(uid)).toMatchObject({
    results: [{ effectiveVerdict: 'REVIEW', decision: null }],
    labels: [{ state: 'withdrawn' }],
  });
  expect(await codeOf(await decide(uid, { verdict: null }))).toBe('nothing-to-take-back');
});

test('the same decision twice is one', async () => {
  const { uid } = await judged();
  const [first, second] = await Promise.all([decide(uid), decide(uid)]);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await first.json()).toEqual(await second.json());
});

test('a decision on evidence that changed meanwhile is a conflict; one that stands on it is shown as stale', async () => {
  const { id, uid } = await judged();
  const [looked] = (await read(uid)).results;
  await decide(uid);
  await judge(gateway.index, id, conformanceOf([{ code: 'MR-01', verdict: 'REVIEW' }], [series('T2')]));
  expect((await read(uid)).results).toMatchObject([
    { effectiveVerdict: 'REVIEW', decision: { verdict: 'PASS', stale: true } },
  ]);
  const late = await decide(uid, { evidence: looked!.evidence, verdict: 'FAIL' });
  expect(late.status).toBe(409);
  expect(await codeOf(late)).toBe('evidence-changed');
});

test.each([
  ['no reason', { reason: '' }],
  ['a reason of blanks', { reason: ' \u0000\n' }],
  ['a reason that is too long', { reason: '长'.repeat(501) }],
  ['a verdict that nobody can decide', { verdict: 'REVIEW' }],
  ['no verdict', { verdict: undefined }],
  ['an item that is no text', { itemCode: 7 }],
  ['evidence that is no digest', { evidence: 'x' }],
])('%s is refused in both languages', async (_what, over) => {
  const { uid } = await judged();
  const answer = await decide(uid, over);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    code: 'bad-decision',
    detail: expect.any(String) as string,
    detailZh: expect.stringMatching(/[\u4e00-\u9fff]/) as string,
  });
  expect((await history(uid)).filter(({ kind }) => kind === 'decision')).toEqual([]);
});

test('a body that is no JSON object is refused', async () => {
  const { uid } = await judged();
  for (const body of ['', '[]', 'null', '{']) {
    const answer = await ask(`${uid}/conformance/decisions`, REVIEWER, { method: 'POST', body });
    expect(answer.status).toBe(400);
  }
});

test('who may not review may not decide or have a study judged, and is told so', async () => {
  const { uid } = await judged();
  expect((await decide(uid, {}, {})).status).toBe(403);
  expect((await ask(`${uid}/conformance/evaluate`, {}, { method: 'POST' })).status).toBe(403);
  expect((await read(uid)).mayDecide).toBe(false);
});

test('a study of a hospital out of view cannot be told from an absent one, whatever is asked of it', async () => {
  const { uid } = await judged();
  const b: As = { hospitals: 'b', scopes: 'review' };
  const asked = async (path: string, init: RequestInit) => {
    const response = await ask(path, b, init);
    return [response.status, await response.text()];
  };
  const body = JSON.stringify({
    itemCode: 'MR-01',
    verdict: 'PASS',
    reason: 'x',
    evidence: (await read(uid)).results[0]!.evidence,
  });
  for (const [what, init] of [
    ['conformance', {}],
    ['conformance/history', {}],
    ['conformance/decisions', { method: 'POST', body }],
    ['conformance/evaluate', { method: 'POST' }],
  ] as const) {
    const hidden = await asked(`${uid}/${what}`, init);
    expect(hidden[0]).toBe(404);
    expect(await asked(`${uid}/${what}?hospital=a`, init)).toEqual(hidden);
    expect(await asked(`9.9.9/${what}`, init)).toEqual(hidden);
  }
  expect((await ask('nonsense/conformance')).status).toBe(400);
});

test('the history says what each result changed, and what was decided, the newest first', async () => {
  const { id, uid } = await judged();
  await decide(uid);
  await judge(
    gateway.index,
    id,
    conformanceOf([
      { code: 'MR-01', verdict: 'PASS' },
      { code: 'MR-02', verdict: 'FAIL' },
    ]),
  );
  const entries = await history(uid);
  expect(entries).toMatchObject([
    {
      kind: 'result',
      revision: 1,
      items: [
        { code: 'MR-01', verdict: 'PASS' },
        { code: 'MR-02', verdict: 'FAIL' },
      ],
      changes: [
        {
          itemCode: 'MR-01',
          before: 'REVIEW',
          after: 'PASS',
          requirements: [{ id: 'DWI', before: 'UNDECIDED', after: 'SATISFIED' }],
        },
        { itemCode: 'MR-02', before: null, after: 'FAIL', requirements: [] },
      ],
    },
    { kind: 'decision', decision: { verdict: 'PASS', stale: true } },
    { kind: 'result', changes: [] },
  ]);
});

test('evaluate has the workers judge the study now', async () => {
  const { id, uid } = await judged();
  expect((await ask(`${uid}/conformance/evaluate`, REVIEWER, { method: 'POST' })).status).toBe(202);
  const { rows } = await gateway.index.query(
    'SELECT topic, available_at <= now() AS due FROM outbox WHERE study_id = $1',
    [id],
  );
  expect(rows).toEqual([{ topic: 'study.changed', due: true }]);
});

test('reading and deciding leave audit records that name the study', async () => {
  const { uid } = await judged();
  await decide(uid);
  const { rows } = await gateway.index.query<{ action: string }>(
    'SELECT DISTINCT action FROM audit_event WHERE study_instance_uid = $1 ORDER BY 1',
    [uid],
  );
  expect(rows.map(({ action }) => action)).toEqual(['decide', 'metadata']);
});
