/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { StudyConformanceBody } from '@hutong/server/contract/conformance';
import type { LabelHistoryBody, RelabellingsBody } from '@hutong/server/contract/labels';
import type { ReportFiguresBody } from '@hutong/server/contract/figures';
import type { RecognitionDecisionBody, ReminderPageBody } from '@hutong/server/contract/recognition';
import type { RemindersAnswer } from '@hutong/server/contract/reminders';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoStudies, type DemoStudy, instancesOf, type StudySpec } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import { store } from '../harness/dicomweb.ts';
import { eventually } from '../harness/processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PICTURES = path.join(ROOT, 'test-results');
/** Where the picture of the README goes. */
const SHOWN = process.env['HUTONG_TEST_PICTURES'] === undefined ? PICTURES : path.join(ROOT, 'docs/pictures');
const PASSWORD = 'Ufer-Linde-42';
const SCOPE = '龙南市';
const CDS_ISSUER = 'https://his.lnfy.example';

/** The day in China, YYYYMMDD, so many days ago. */
function dayAgo(days: number): string {
  const words = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });
  return words.format(new Date(Date.now() - days * 86_400_000)).replaceAll('-', '');
}
const written = (day: string): string => day.replace(/^(....)(..)/, '$1-$2-');

/** A study of the demo as if it was made so many days ago; each seed is another study. */
function studyAgo(key: string, days: number, seed: string): { uid: string; spec: StudySpec } {
  const of = (baseDate: string): DemoStudy => {
    const found = demoStudies(baseDate).find((study) => study.key === key);
    if (found === undefined) throw new Error(`the demo has no study ${key}`);
    return found;
  };
  const before = (baseDate: string): number => {
    const date = of(baseDate).spec.headers['StudyDate'] as string;
    return Math.round((Date.parse(written(baseDate)) - Date.parse(written(date))) / 86_400_000);
  };
  const { spec } = of(dayAgo(days - before('20260601')));
  const named = { ...spec, seed: `${spec.seed}/${seed}` };
  const [first] = instancesOf(named);
  if (first === undefined) throw new Error('the study has no instance');
  return { uid: first.studyInstanceUid, spec: named };
}

/**
 * One day of mutual recognition in a region, by what a hospital, a doctor and the health commission have: DICOMweb, the API,
 * CDS Hooks, the portal, the viewer and the command line. Each step rests on those before it.
 */
describe('a day of mutual recognition', () => {
  const folder = temporaryFolder('recognition-day');
  const keys: Record<string, string> = {};
  let cloud: RunningCloud;
  let browser: Browser;
  let cookie = '';
  let cds: Awaited<ReturnType<typeof generateKeyPair>>;

  const operate = (...args: string[]): Promise<string> => hutong(args, { ...cloud.env, HUTONG_DATA: folder });

  // Each answer is of the contract that its address names.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  async function call<T>(
    who: string,
    method: string,
    address: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T }> {
    const answer = await fetch(cloud.url + address, {
      method,
      headers: {
        ...(who === 'li'
          ? { Cookie: `hutong_session=${cookie}` }
          : { Authorization: `Bearer ${keys[who] ?? ''}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  async function push(who: string, { spec }: { spec: StudySpec }): Promise<void> {
    const answer = await store(
      cloud.url,
      keys[who] ?? null,
      [...instancesOf(spec)].map(({ bytes }) => bytes),
    );
    expect(answer.status).toBe(200);
    expect(answer.failed).toEqual([]);
  }

  /** Labels in force of a study once it is judged. */
  async function labelsOf(who: string, uid: string): Promise<string[]> {
    const judged = await eventually(
      'the study is judged',
      async () => {
        const { status, body } = await call<StudyConformanceBody>(
          who,
          'GET',
          `/api/studies/${uid}/conformance`,
        );
        return status === 200 && body.status === 'done' ? body : null;
      },
      90_000,
    );
    expect(judged.results.map(({ effectiveVerdict }) => effectiveVerdict)).toEqual(['PASS']);
    return judged.labels.filter(({ state }) => state === 'applied').map(({ text }) => text);
  }

  const labelled = (who: string, uid: string): Promise<string[]> =>
    eventually('the label appears', async () => {
      const labels = await labelsOf(who, uid);
      return labels.length > 0 ? labels : null;
    });

  const remind = async (exams: object[]): Promise<RemindersAnswer> => {
    const { status, body } = await call<RemindersAnswer>('his', 'POST', '/api/reminders', {
      patient: { patientId: 'C-77' },
      exams,
      department: '神经内科',
      practitioner: '李医生',
      patientClass: 'outpatient',
      orderNumber: 'ORD-1',
    });
    expect(status).toBe(200);
    return body;
  };

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({
      HUTONG_DATA: folder,
      HUTONG_QUIET_SECONDS: '1',
      HUTONG_SETTLED_HOURS: '0',
      HUTONG_REGION_NAME: SCOPE,
    });
    const hospitals = [
      ['lncy', '龙南市第一人民医院', '三级乙等'],
      ['lnzy', '龙南市中医院', '二级甲等'],
      ['lnfy', '龙南市妇幼保健院', '二级甲等'],
    ] as const;
    for (const [code, name, level] of hospitals) {
      await operate(
        'hospital',
        'add',
        '--code',
        code,
        '--name-zh',
        name,
        '--name-en',
        code,
        '--level',
        level,
      );
      keys[code] = await operate('key', 'create', '--hospital', code, '--scope', 'store,read,orders');
    }
    keys['his'] = await operate('key', 'create', '--hospital', 'lnfy', '--scope', 'recognise,orders');
    keys['centre'] = await operate('key', 'create', '--region', '--scope', 'registry,read,review,figures');
    browser = await launchBrowser();
  }, 180_000);
  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await (cloud as RunningCloud | undefined)?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** The session of the doctor, who chose an own password first. */
  async function signedIn(given: string): Promise<string> {
    const send = (method: string, address: string, body: object, headers = {}): Promise<Response> =>
      fetch(cloud.url + address, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const answer = await send('POST', '/api/session', { username: 'chen.wei', password: given });
    const session = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const chosen = await send(
      'PUT',
      '/api/account/password',
      { present: given, wanted: PASSWORD },
      { Cookie: session },
    );
    expect(chosen.status).toBe(204);
    return session.slice(session.indexOf('=') + 1);
  }

  /** Enters an evaluation from so many days ago until so many days ago (negative: ahead), as the quality centre does. */
  async function evaluate(hospital: string, item: string, from: number, until: number): Promise<void> {
    const { status } = await call('centre', 'POST', '/api/registry/evaluations', {
      hospital,
      items: [item],
      scope: SCOPE,
      evaluatedAt: written(dayAgo(from)),
      validUntil: written(dayAgo(until)),
      result: 'passed',
      document: '质控函〔2026〕1号',
    });
    expect(status).toBeLessThan(300);
  }

  const head = studyAgo('head-ct', 6, 'day');
  const chest = ofZhong(studyAgo('chest-dr', 3, 'day'), 'LN-77');
  let reminded: RemindersAnswer;

  test('S0: two hospitals store, and the studies of items they are qualified for are labelled', async () => {
    await evaluate('lnzy', 'CT-01', 60, -120);
    await evaluate('lncy', 'DR-01', 60, -120);
    for (const [who, patientId, issuer] of [
      ['lnzy', 'ZY0088120', 'LNZY'],
      ['lncy', 'LN-77', 'LNCY'],
      ['lnfy', 'C-77', ''],
    ] as const) {
      const { status } = await call(who, 'PUT', '/api/patients', { patients: [aPatient(patientId, issuer)] });
      expect(status).toBe(200);
    }
    await push('lnzy', head);
    await push('lncy', chest);
    expect(await labelled('lnzy', head.uid)).toEqual([`${SCOPE}HR`]);
    expect(await labelled('lncy', chest.uid)).toEqual([`${SCOPE}HR`]);
  }, 120_000);

  test('S2: an order at a third hospital is answered with them by the JSON call, with the word of the matrix', async () => {
    for (const [code, item] of [
      ['CT0101', 'CT-01'],
      ['DR0101', 'DR-01'],
    ])
      expect(
        (
          await call('centre', 'PUT', '/api/exam-mappings', {
            hospital: 'lnfy',
            code,
            scheme: 'HIS',
            itemCodes: [item],
          })
        ).status,
      ).toBeLessThan(300);
    reminded = await remind([
      { code: 'CT0101', scheme: 'HIS', name: '头颅CT平扫', modality: 'CT' },
      { code: 'DR0101', scheme: 'HIS', name: '胸部正侧位', modality: 'DX' },
      { code: 'MR0101', scheme: 'HIS', name: '头颅MRI平扫', modality: 'MR' },
    ]);
    expect(reminded.linked).toBe(true);
    const [ct, dr, mr] = reminded.reminders;
    expect(ct?.matches).toMatchObject([
      {
        hospital: { code: 'lnzy' },
        own: false,
        studyInstanceUid: head.uid,
        item: { code: 'CT-01' },
        studyDate: written(dayAgo(6)),
        ageDays: 6,
        labels: [`${SCOPE}HR`],
        word: 'MUST_RECOGNISE',
      },
    ]);
    expect(dr?.matches).toMatchObject([{ hospital: { code: 'lncy' }, item: { code: 'DR-01' }, ageDays: 3 }]);
    expect(mr?.matches).toEqual([]);
    expect(reminded.reasons.map(({ code }) => code)).toContain('RX01');
  });

  test('S2: the same by CDS Hooks 2.0, signed by the hospital system, with the reasons to override', async () => {
    cds = await generateKeyPair('ES384', { extractable: true });
    const jwk = { ...(await exportJWK(cds.publicKey)), kid: 'day', alg: 'ES384', use: 'sig' };
    const file = path.join(folder, 'his.jwks.json');
    fs.writeFileSync(file, JSON.stringify({ keys: [jwk] }));
    await operate(
      'cds-client',
      'add',
      '--issuer',
      CDS_ISSUER,
      '--name',
      'HIS',
      '--hospital',
      'lnfy',
      '--jwks',
      file,
    );

    const discovery = (await (await fetch(`${cloud.url}/cds-services`)).json()) as {
      services: { hook: string; id: string }[];
    };
    const service = discovery.services.find(({ hook }) => hook === 'order-sign');
    const address = `${cloud.url}/cds-services/${service?.id ?? ''}`;
    const token = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES384', kid: 'day', typ: 'JWT' })
      .setIssuer(CDS_ISSUER)
      .setAudience(address)
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(cds.privateKey);
    const answer = await fetch(address, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        hook: 'order-sign',
        hookInstance: crypto.randomUUID(),
        prefetch: {
          patient: {
            resourceType: 'Patient',
            id: 'C-77',
            identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'C-77' }],
          },
        },
        context: {
          userId: 'Practitioner/li',
          patientId: 'C-77',
          draftOrders: {
            resourceType: 'Bundle',
            type: 'collection',
            entry: [
              {
                resource: {
                  resourceType: 'ServiceRequest',
                  id: 'order-1',
                  status: 'draft',
                  intent: 'order',
                  subject: { reference: 'Patient/C-77' },
                  code: { coding: [{ system: 'HIS', code: 'CT0101', display: '头颅CT平扫' }] },
                },
              },
            ],
          },
        },
      }),
    });
    expect(answer.status).toBe(200);
    const { cards } = (await answer.json()) as {
      cards: {
        summary: string;
        detail: string;
        links: { url: string }[];
        overrideReasons: { code: string }[];
      }[];
    };
    expect(cards).toHaveLength(1);
    expect(cards[0]?.summary.length).toBeLessThan(140);
    expect(cards[0]?.detail).toContain('龙南市中医院');
    expect(cards[0]?.overrideReasons.map(({ code }) => code)).toContain('RX01');
    expect(cards[0]?.links[0]?.url).toContain('/recognition/reminders/');
  });

  test('S2: the doctor opens the pictures from the reminder, and recognises with one click', async () => {
    const [ct] = reminded.reminders;
    const first = (
      await operate(
        'account',
        'create',
        '--username',
        'chen.wei',
        '--name',
        '李医生',
        '--role',
        'clinician@lnfy',
      )
    )
      .split(/\s+/)
      .at(-1);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(cloud.url);
    cookie = await signedIn(first ?? '');
    await context.addCookies([{ name: 'hutong_session', value: cookie, url: cloud.url }]);

    await page.goto(ct?.page ?? '');
    const body = await eventually('the page of the reminder', async () => {
      const found = await call<ReminderPageBody>('li', 'GET', `/api/recognition/reminders/${ct?.id ?? ''}`);
      return found.status === 200 ? found.body : null;
    });
    expect(body.matches).toMatchObject([{ position: 0, inForce: true, opens: 'grant', viewed: false }]);
    await page.getByTestId('match').first().waitFor();
    await page.screenshot({ path: path.join(PICTURES, 'day-reminder.png') });
    await page.getByTestId('open-images').first().click();
    await page.waitForURL(/\/viewer/);
    await page.waitForFunction(
      () => [...document.querySelectorAll('canvas')].some((canvas) => canvas.width > 100),
      undefined,
      { timeout: 60_000 },
    );
    await page.locator('[data-cy=hutong-recognise]').waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(SHOWN, 'recognise.png') });

    await page.goto(ct?.page ?? '');
    await page.getByTestId('recognise').first().click();
    await page.getByTestId('record-text').first().waitFor();
    expect(await page.getByTestId('record-text').first().innerText()).toContain('龙南市中医院');
    await page.screenshot({ path: path.join(PICTURES, 'day-recognised.png') });
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  test('S1: another one is examined again, with its reason and that the patient was informed', async () => {
    const [, dr] = reminded.reminders;
    const decide = (words: object): Promise<{ status: number; body: RecognitionDecisionBody }> =>
      call('his', 'POST', '/api/recognition/decisions', words, { 'Idempotency-Key': 'day-dr' });
    const words = {
      on: { reminder: dr?.id, position: 0 },
      kind: 'examinedAgain',
      reasonCode: 'RX01',
      patientInformed: true,
    };
    const made = await decide(words);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ kind: 'examinedAgain', reasonCode: 'RX01', patientInformed: true });
    expect(made.body.record?.zh).toMatch(/告知/);
    // Sent again it is the same.
    const again = await decide(words);
    expect(again.body.id).toBe(made.body.id);
    const without = await decide({ ...words, reasonCode: 'RX12' });
    expect(without.status).toBe(without.body.id === made.body.id ? 0 : without.status);
    expect(without.status).toBeGreaterThanOrEqual(400);
  });

  test('S1, S2: the report of the month has both, with the sum that was saved, and comes out again the same', async () => {
    const price = { itemCode: 'CT-01', amountFen: 18_650, validFrom: '2026-01-01', source: '医保支付标准' };
    expect((await call('centre', 'POST', '/api/prices', price)).status).toBe(201);
    const made = await call<ReportFiguresBody>('centre', 'POST', '/api/figures/reports', {
      month: written(dayAgo(0)).slice(0, 7),
      hospital: null,
    });
    expect(made.status).toBe(201);
    const { figures, id } = made.body;
    expect(figures.total).toMatchObject({
      reminded: { items: 2, persons: 1 },
      viewed: { items: 1, persons: 1 },
      recognised: { items: 1, personTimes: 1, persons: 1 },
      examinedAgain: { items: 1 },
      savings: { items: 1, fen: 18_650, persons: 1, fenPerPerson: 18_650, unpriced: [] },
    });
    expect(figures.reasons).toMatchObject([{ code: 'RX01', items: 1 }]);
    const neurology = figures.departments.find(({ department }) => department === '神经内科');
    expect(neurology).toMatchObject({
      hospital: 'lnfy',
      recognised: { items: 1 },
      examinedAgain: { items: 1 },
    });
    const verified = await call<{ same: boolean }>(
      'centre',
      'POST',
      `/api/figures/reports/${id}/verification`,
    );
    expect(verified.body.same).toBe(true);
    for (const [kind, beginning] of [
      ['workbook', 'PK'],
      ['document', '%PDF'],
    ] as const) {
      const file = await fetch(`${cloud.url}/api/figures/reports/${id}/${kind}`, {
        headers: { Authorization: `Bearer ${keys['centre'] ?? ''}` },
      });
      expect(file.status).toBe(200);
      expect((await file.text()).slice(0, beginning.length)).toBe(beginning);
    }
  });

  test('S0: an evaluation that ended yesterday labels a study of last week that is stored today, and none of today', async () => {
    await evaluate('lnfy', 'DR-01', 180, 1);
    const lastWeek = ofZhong(studyAgo('chest-dr', 7, 'last-week'), 'C-77');
    const today = ofZhong(studyAgo('chest-dr', 0, 'today'), 'C-77');
    await push('lnfy', lastWeek);
    await push('lnfy', today);
    expect(await labelled('lnfy', lastWeek.uid)).toEqual([`${SCOPE}HR`]);
    expect(await labelsOf('lnfy', today.uid)).toEqual([]);
  }, 120_000);

  test('S0: a suspension blocks both', async () => {
    const begun = await call<{ id: number }>('centre', 'POST', '/api/registry/suspensions', {
      hospital: 'lnfy',
      item: 'DR-01',
      reason: '质量抽查不合格',
    });
    expect(begun.status).toBe(201);
    const lastWeek = ofZhong(studyAgo('chest-dr', 7, 'suspended-last-week'), 'C-77');
    const today = ofZhong(studyAgo('chest-dr', 0, 'suspended-today'), 'C-77');
    await push('lnfy', lastWeek);
    await push('lnfy', today);
    expect(await labelsOf('lnfy', lastWeek.uid)).toEqual([]);
    expect(await labelsOf('lnfy', today.uid)).toEqual([]);
    // Once it is lifted, what it blocked is labelled where the evaluation was valid.
    const lifted = await call('centre', 'POST', `/api/registry/suspensions/${begun.body.id}/lift`, {
      reason: '整改合格',
    });
    expect(lifted.status).toBe(200);
    expect(await labelled('lnfy', lastWeek.uid)).toEqual([`${SCOPE}HR`]);
    expect(await labelsOf('lnfy', today.uid)).toEqual([]);
  }, 180_000);

  test('S0: a label that is withdrawn disappears from reminders at once, and its history stays', async () => {
    const asked = async (): Promise<string[]> =>
      (await remind([{ code: 'CT0101', scheme: 'HIS', modality: 'CT' }])).reminders[0]?.matches.map(
        ({ studyInstanceUid }) => studyInstanceUid,
      ) ?? [];
    expect(await asked()).toEqual([head.uid]);
    const withdrawn = await call('centre', 'POST', '/api/label-withdrawals', {
      hospital: 'lnzy',
      itemCode: 'CT-01',
      reason: '影像缺损，复核中',
    });
    expect(withdrawn.status).toBe(201);
    expect(await asked()).toEqual([]);
    expect(await labelsOf('lnzy', head.uid)).toEqual([]);
    const history = await call<LabelHistoryBody>('lnzy', 'GET', `/api/studies/${head.uid}/labels/history`);
    expect(history.body.events.map(({ state }) => state)).toEqual(['withdrawn', 'applied']);
  });

  test('S0: an evaluation entered late labels studies of before, unless the policy of the scope says otherwise', async () => {
    const stored = studyAgo('brain-mr', 5, 'late');
    await push('lncy', stored);
    expect(await labelsOf('lncy', stored.uid)).toEqual([]);
    const policy = { scope: SCOPE, hospitalCode: null, release: 'automatic', deviceTestNeeded: false };
    const set = (lateQualification: boolean): Promise<{ status: number }> =>
      call('centre', 'PUT', '/api/label-policies', { ...policy, lateQualification });
    expect((await set(false)).status).toBe(200);
    await evaluate('lncy', 'MR-01', 30, -150);
    // What is looked at anew in the background has been.
    await eventually('labels were looked at anew', async () => {
      const { body } = await call<RelabellingsBody>('centre', 'GET', '/api/relabellings');
      return body.relabellings.every(({ state }) => state === 'done' || state === 'cancelled');
    });
    expect(await labelsOf('lncy', stored.uid)).toEqual([]);
    expect((await set(true)).status).toBe(200);
    expect(await labelled('lncy', stored.uid)).toEqual([`${SCOPE}HR`]);
  }, 180_000);

  test('S0: whoever comes reads which hospitals are recognised for which items, and nothing of patients', async () => {
    const answer = await fetch(`${cloud.url}/api/publication`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('CT-01');
    expect(text).toContain('龙南市中医院');
    for (const secret of ['钟建华', 'ZY0088120', head.uid, 'JK360700000104'])
      expect(text).not.toContain(secret);
  });
});

/** The study as if it was of the patient of this story, under a number of its hospital. */
function ofZhong(
  study: { uid: string; spec: StudySpec },
  patientId: string,
): { uid: string; spec: StudySpec } {
  const patient = {
    PatientName: 'Zhong^Jianhua=钟^建华',
    PatientID: patientId,
    PatientBirthDate: '19490512',
    PatientSex: 'M',
    OtherPatientIDsSequence: [],
  };
  return { ...study, spec: { ...study.spec, headers: { ...study.spec.headers, ...patient } } };
}

/** The same person at each hospital, by the health card. */
function aPatient(patientId: string, issuer = ''): Record<string, unknown> {
  return {
    patientId,
    issuer,
    name: '钟建华',
    sex: 'M',
    birthDate: '1949-05-12',
    identifiers: [{ kind: 'healthCard', value: 'JK360700000104' }],
  };
}
