import { randomUUID } from 'node:crypto';
import { type KeyScope, createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addStudy, conformanceOf, judge } from '../../../storage-config/src/decisions/testing.ts';
import type {
  LabelHistoryBody,
  LabelPoliciesBody,
  LabelsPage,
  LabelWithdrawalOutcomeBody,
  LabelWithdrawalsPage,
  ReleasedBody,
  StudyLabelsBody,
} from '../contract/labels.ts';
import { startTestServer, type TestServer } from '../testing.ts';

// As `judge` gives labels of hospitals that never joined a scope.
const SCOPE = '龙南市';
const ITEM = 'MR-01';

let server: TestServer;
let reviewer: string;
let reader: string;
let registrar: string;
let commission: string;
let stranger: string;

async function key(hospital: string | null, scopes: KeyScope[]): Promise<string> {
  return (await createApiKey(server.index, { hospital, scopes })).secret;
}

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_REGION_NAME: SCOPE } });
  await server.index.query(
    `INSERT INTO hospital (code, name_zh, name_en) VALUES ('h1', '一院', 'First'), ('h2', '二院', 'Second') ON CONFLICT DO NOTHING`,
  );
  await server.index.query(`INSERT INTO recognition_scope (name) VALUES ($1) ON CONFLICT DO NOTHING`, [
    SCOPE,
  ]);
  reviewer = await key('h1', ['read', 'review']);
  reader = await key('h1', ['read']);
  registrar = await key('h1', ['registry']);
  commission = await key(null, ['registry']);
  stranger = await key('h2', ['read', 'review', 'registry']);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.index.query(
    'TRUNCATE study, conformance_result, hr_label_event, qualification, label_policy, label_withdrawal, relabelling, change CASCADE',
  );
  await server.index.query(
    `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result)
     VALUES ('h1', $1, $2, '2026-01-01', '2026-06-30', 'passed')`,
    [ITEM, SCOPE],
  );
});

async function ask(as: string, path: string, method = 'GET', body?: object): Promise<Response> {
  return fetch(`${server.url}/api/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${as}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
async function read<T>(as: string, path: string, method = 'GET', body?: object): Promise<T> {
  const response = await ask(as, path, method, body);
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as T;
}

/** A study of h1 that was judged, with the labels it gets; its UID. */
async function judged(verdict: 'PASS' | 'FAIL' | 'REVIEW' = 'PASS'): Promise<string> {
  const uid = `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
  const id = await addStudy(server.index, { hospital: 'h1', uid });
  await judge(server.index, id, conformanceOf([{ code: ITEM, verdict }]));
  return uid;
}
const labelsOf = (uid: string, as = reader): Promise<StudyLabelsBody> => read(as, `studies/${uid}/labels`);
const only = async (uid: string) => (await labelsOf(uid)).items[0]!.labels[0]!;
const worklistLabels = async (): Promise<string[]> => {
  const page = await read<{ studies: { labels: { text: string; state: string }[] }[] }>(
    reader,
    'worklist?label=any',
  );
  return page.studies.flatMap(({ labels }) => labels.map(({ text, state }) => `${text} ${state}`));
};

describe('labels of a study', () => {
  test('S0: the label names its scope, and covers images and data, never the conclusion', async () => {
    const found = await labelsOf(await judged());
    expect(found).toMatchObject({
      hospital: { code: 'h1', name: { zh: '一院', en: 'First' } },
      studyDate: '2026-03-01',
      pending: false,
      items: [
        {
          code: ITEM,
          verdict: 'PASS',
          labels: [
            {
              text: '龙南市HR',
              scope: SCOPE,
              state: 'applied',
              obstacles: [],
              cause: 'verdict',
              qualification: { evaluatedAt: '2026-01-01', validUntil: '2026-06-30' },
            },
          ],
        },
      ],
      mayChange: false,
    });
    expect(found.covers.zh).toContain('不包括医师的诊断结论');
    expect(found.covers.en).toContain('never the physician');
  });
  test('every reason that stands in the way is said in both languages', async () => {
    await server.index.query('TRUNCATE qualification CASCADE');
    const { state, obstacles } = await only(await judged('REVIEW'));
    expect(state).toBeNull();
    expect(obstacles.map(({ kind }) => kind)).toEqual(['VERDICT_REVIEW', 'NOT_EVALUATED']);
    expect(obstacles.every(({ text }) => text.zh !== '' && text.en !== '')).toBe(true);
  });
  test('a study of another hospital is as one that never was', async () => {
    const uid = await judged();
    for (const path of ['labels', 'labels/history']) {
      const hidden = await ask(stranger, `studies/${uid}/${path}`);
      const absent = await ask(stranger, `studies/1.2.3.4/${path}`);
      expect([hidden.status, absent.status]).toEqual([404, 404]);
      const words = async (one: Response): Promise<unknown> => {
        const { requestId: _, ...rest } = (await one.json()) as Record<string, unknown>;
        return { ...rest, instance: '' };
      };
      expect(await words(hidden)).toEqual(await words(absent));
    }
    expect((await ask(stranger, `studies/${uid}/labels/withdrawals`, 'POST', { reason: 'x' })).status).toBe(
      404,
    );
  });
});

describe('withdrawal', () => {
  test('a withdrawn label disappears at once from the worklist and from QIDO, and its history stays', async () => {
    const uid = await judged();
    expect(await worklistLabels()).toEqual(['龙南市HR applied']);
    const qido = async (): Promise<string> =>
      (
        await fetch(`${server.url}/dicomweb/studies?StudyInstanceUID=${uid}&includefield=all`, {
          headers: { Authorization: `Bearer ${reader}`, Accept: 'application/dicom+json' },
        })
      ).text();
    expect(await qido()).toContain('龙南市HR');
    const made = await read<LabelWithdrawalOutcomeBody>(
      reviewer,
      `studies/${uid}/labels/withdrawals`,
      'POST',
      {
        reason: '病人信息有误',
      },
    );
    expect(made).toMatchObject({
      studies: 1,
      goesOn: false,
      withdrawal: { ofStudy: true, reason: '病人信息有误' },
    });
    expect(await worklistLabels()).toEqual([]);
    expect(await qido()).not.toContain('龙南市HR');
    expect(await only(uid)).toMatchObject({
      state: 'withdrawn',
      cause: 'person',
      obstacles: [{ kind: 'WITHDRAWN' }],
    });
    const history = await read<LabelHistoryBody>(reader, `studies/${uid}/labels/history`);
    expect(history.events.map(({ state }) => state)).toEqual(['withdrawn', 'applied']);
    expect(history.withdrawals).toMatchObject([{ id: made.withdrawal.id, lifted: null, mayLift: false }]);

    const lifted = await read<LabelWithdrawalOutcomeBody>(
      registrar,
      `label-withdrawals/${made.withdrawal.id}/lift`,
      'POST',
      { reason: '已更正' },
    );
    // Who keeps the registry and reads no patients is not told which study it is.
    expect(lifted.withdrawal).toMatchObject({
      studyInstanceUid: null,
      ofStudy: true,
      lifted: { reason: '已更正' },
    });
    expect(await worklistLabels()).toEqual(['龙南市HR applied']);
  });
  test('who may only read withdraws nothing, and a reason is needed', async () => {
    const uid = await judged();
    expect((await ask(reader, `studies/${uid}/labels/withdrawals`, 'POST', { reason: 'x' })).status).toBe(
      403,
    );
    expect((await ask(reviewer, `studies/${uid}/labels/withdrawals`, 'POST', { reason: ' ' })).status).toBe(
      400,
    );
    expect(await worklistLabels()).toEqual(['龙南市HR applied']);
  });
  test('a set is counted first, withdrawn by who keeps the registry of the hospital, and lifted once', async () => {
    await judged();
    await judged();
    const set = { hospital: 'h1', itemCode: ITEM, from: '2026-03-01', until: '2026-03-31' };
    expect(await read(registrar, 'label-withdrawals/preview', 'POST', set)).toEqual({
      labels: 2,
      studies: 2,
    });
    expect((await ask(stranger, 'label-withdrawals/preview', 'POST', set)).status).toBe(404);
    expect((await ask(stranger, 'label-withdrawals', 'POST', { ...set, reason: 'x' })).status).toBe(404);
    expect(
      (await ask(registrar, 'label-withdrawals', 'POST', { ...set, until: '2026-02-01', reason: 'x' }))
        .status,
    ).toBe(400);
    const made = await read<LabelWithdrawalOutcomeBody>(registrar, 'label-withdrawals', 'POST', {
      ...set,
      reason: '质控抽查',
    });
    expect(made.studies).toBe(2);
    expect(await worklistLabels()).toEqual([]);
    const { withdrawals } = await read<LabelWithdrawalsPage>(commission, 'label-withdrawals?open=true');
    expect(withdrawals).toMatchObject([{ id: made.withdrawal.id, hospital: { code: 'h1' }, mayLift: true }]);
    expect((await read<LabelWithdrawalsPage>(stranger, 'label-withdrawals')).withdrawals).toEqual([]);
    const lift = (as: string): Promise<Response> =>
      ask(as, `label-withdrawals/${made.withdrawal.id}/lift`, 'POST', { reason: '复核合格' });
    expect((await lift(stranger)).status).toBe(404);
    expect((await lift(registrar)).status).toBe(200);
    expect((await lift(registrar)).status).toBe(404);
  });
});

describe('policy and release', () => {
  const policy = {
    scope: SCOPE,
    hospitalCode: null,
    release: 'proposed',
    lateQualification: true,
    deviceTestNeeded: false,
  };
  test('a hospital cannot loosen what its region demands', async () => {
    expect((await ask(registrar, 'label-policies', 'PUT', policy)).status).toBe(403);
    expect((await ask(registrar, 'relabellings', 'POST')).status).toBe(403);
    expect((await ask(commission, 'label-policies', 'PUT', { ...policy, scope: '无' })).status).toBe(404);
    expect((await read<LabelPoliciesBody>(registrar, 'label-policies')).mayChange).toBe(false);
  });
  test('proposed labels are listed and released, single and in bulk', async () => {
    const set = await read<{ id: number }>(commission, 'label-policies', 'PUT', policy);
    const uids = [await judged(), await judged(), await judged()];
    expect(await worklistLabels()).toEqual([]);
    const page = await read<LabelsPage>(reviewer, 'labels?limit=2');
    expect(page.labels.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual([uids[2], uids[1]]);
    const rest = await read<LabelsPage>(reviewer, `labels?limit=2&cursor=${page.next}`);
    expect(rest).toMatchObject({ labels: [{ studyInstanceUid: uids[0], mayChange: true }], next: null });
    expect((await read<LabelsPage>(stranger, 'labels')).labels).toEqual([]);

    const labels = uids.map((studyInstanceUid) => ({
      hospital: 'h1',
      studyInstanceUid,
      itemCode: ITEM,
      scope: SCOPE,
    }));
    const refused = await read<ReleasedBody>(stranger, 'labels/release', 'POST', { labels });
    expect(refused.labels.map(({ outcome }) => outcome)).toEqual([
      'notProposed',
      'notProposed',
      'notProposed',
    ]);
    const released = await read<ReleasedBody>(reviewer, 'labels/release', 'POST', { labels });
    expect(released.labels.map(({ outcome }) => outcome)).toEqual(['released', 'released', 'released']);
    expect(await worklistLabels()).toHaveLength(3);
    expect(
      (await read<LabelsPage>(reviewer, 'labels?state=applied&hospital=h1&item=MR-01')).labels,
    ).toHaveLength(3);

    expect((await ask(commission, `label-policies/${set.id}`, 'DELETE')).status).toBe(204);
    expect((await ask(commission, `label-policies/${set.id}`, 'DELETE')).status).toBe(404);
    const { policies } = await read<LabelPoliciesBody>(commission, 'label-policies?ended=true');
    expect(policies).toMatchObject([{ release: 'proposed', endedAt: expect.any(String) as string }]);
    const { relabellings } = await read<{ relabellings: { reason: string }[] }>(commission, 'relabellings');
    expect(relabellings.map(({ reason }) => reason)).toContain('policy');
  });
});
