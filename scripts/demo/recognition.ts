import type { RecognitionWord } from '@hutong/recognition';
import type { NewExamMapping } from '@hutong/server/contract/conformance';
import type { DecisionWords, NewRecognitionDecisionBody } from '@hutong/server/contract/recognition';
import type { ReminderAskBody, ReminderRow, RemindersPage } from '@hutong/server/contract/reminders';
import { DEMO_PATIENTS, type DemoPatient } from '@hutong/test/factories';

import { table } from './displayWidth.ts';
import type { Output } from './progress.ts';

export interface RecognitionOptions {
  /** Address of the running cloud. */
  baseUrl: string;
  /** API key with scope orders of each hospital, by its code; that of {@link DOCTOR}'s has recognise too. */
  hospitalKeys: Record<string, string>;
  /** API key of the region with scopes review and figures. */
  regionKey: string;
  out: Output;
}

/** Who is reminded in the demo. */
export const DOCTOR = { username: 'zhou.min', displayName: '周敏', hospital: 'lnfy' } as const;

/** What the insurance pays for the items of the demo, in yuan: invented. */
export const PAYMENTS: Readonly<Record<string, number>> = {
  'DR-01': 78,
  'DR-07': 150,
  'CT-01': 180,
  'CT-05': 195,
  'CT-07': 420,
  'CT-11': 980,
  'MR-01': 420,
  'MR-02': 690,
  'MR-13': 430,
};

interface DemoOrder {
  number: string;
  patient: DemoPatient;
  /** The hospital's own exam code, and the item it stands for. */
  exam: { code: string; scheme: string; name: string; modality: string };
  itemCode: string;
  /** What is decided; null: it waits for the doctor. */
  decision: DecisionWords | null;
}

const exam = (code: string, name: string): DemoOrder['exam'] => ({
  code,
  scheme: 'HIS',
  name,
  modality: code.slice(0, 2),
});

/** What the doctor is about to order, though another hospital has examined it. */
export const DEMO_ORDERS: readonly DemoOrder[] = [
  {
    number: 'FY-O-2601',
    patient: DEMO_PATIENTS.zhong,
    exam: exam('CT0101', '头颅CT平扫'),
    itemCode: 'CT-01',
    decision: null,
  },
  {
    number: 'FY-O-2602',
    patient: DEMO_PATIENTS.huang,
    exam: exam('MR0101', '颅脑MRI平扫'),
    itemCode: 'MR-01',
    decision: { kind: 'recognised' },
  },
  {
    number: 'FY-O-2603',
    patient: DEMO_PATIENTS.zeng,
    exam: exam('MR0102', '颅脑MRI平扫+增强'),
    itemCode: 'MR-02',
    decision: { kind: 'examinedAgain', reasonCode: 'RX04', patientInformed: true },
  },
];

/**
 * Shows mutual recognition at work through the API, as hospital systems do: patients with their health cards, exam codes,
 * insurance payments, reminders, and decisions on two of them. Running it again changes nothing.
 *
 * @returns address of the first reminder, which waits for the doctor; null where no study is named
 * @throws Error when the cloud refuses something
 */
export async function showRecognition(options: RecognitionOptions): Promise<string | null> {
  const { baseUrl, hospitalKeys, regionKey, out } = options;
  const as = (key: string): Call => caller(baseUrl, key);
  const doctor = as(hospitalKeys[DOCTOR.hospital] ?? '');
  for (const [hospital, key] of Object.entries(hospitalKeys))
    await as(key)('PUT', '/api/patients', { patients: patientsOf(hospital) });
  await enterTables(as(regionKey));

  const given = await reminders(doctor);
  for (const order of DEMO_ORDERS)
    if (!given.has(order.number)) await doctor('POST', '/api/reminders', askingFor(order));
  for (const [number, { id, matches }] of await reminders(doctor)) {
    const decision = DEMO_ORDERS.find((order) => order.number === number)?.decision ?? null;
    const [match] = matches;
    if (decision === null || match?.inForce !== true || match.decision !== null) continue;
    const on = { reminder: id, position: match.position };
    const words: NewRecognitionDecisionBody = { on, practitioner: DOCTOR.displayName, ...decision };
    await doctor('POST', '/api/recognition/decisions', words, { 'Idempotency-Key': `demo-${id}` });
  }
  const shown = await reminders(doctor);
  out.write(
    `\nWhat a doctor is told before ordering an exam  医师开单时的互认提醒\n\n${reminderTable(shown)}\n`,
  );
  const [first] = DEMO_ORDERS.flatMap(({ number }) => shown.get(number) ?? []);
  return first === undefined ? null : `${baseUrl}/recognition/reminders/${first.id}`;
}

const patientsOf = (hospital: string) =>
  Object.values<DemoPatient>(DEMO_PATIENTS).flatMap(({ ids, shownName, sex, birthDate, healthCard }) => {
    const patientId = ids[hospital];
    if (patientId === undefined) return [];
    const identifiers = [{ kind: 'healthCard', value: healthCard }];
    return [{ patientId, issuer: hospital.toUpperCase(), name: shownName, sex, birthDate, identifiers }];
  });

async function enterTables(region: Call): Promise<void> {
  for (const { exam: ordered, itemCode } of DEMO_ORDERS) {
    const { code, scheme } = ordered;
    const mapping: NewExamMapping = { hospital: DOCTOR.hospital, code, scheme, itemCodes: [itemCode] };
    await region('PUT', '/api/exam-mappings', mapping);
  }
  for (const [itemCode, yuan] of Object.entries(PAYMENTS))
    await region('POST', '/api/prices', {
      itemCode,
      amountFen: yuan * 100,
      validFrom: '2026-01-01',
      source: '演示数据',
    });
}

const askingFor = ({ number, patient, exam: ordered }: DemoOrder): ReminderAskBody => ({
  patient: { patientId: patient.ids[DOCTOR.hospital] ?? '', issuer: DOCTOR.hospital.toUpperCase() },
  identifiers: [{ kind: 'healthCard', value: patient.healthCard }],
  exams: [ordered],
  orderNumber: number,
  department: '神经内科',
  practitioner: DOCTOR.displayName,
  patientClass: 'outpatient',
});

/** Reminders of the demo's orders that name a study, by the order's number. */
async function reminders(doctor: Call): Promise<Map<string, ReminderRow>> {
  const page = (await doctor('GET', '/api/reminders?state=matched&limit=200')) as RemindersPage;
  const ours = page.reminders.filter((row) => DEMO_ORDERS.some(({ number }) => number === row.orderNumber));
  return new Map(ours.map((row) => [row.orderNumber, row]));
}

const WORDS: Record<RecognitionWord, string> = {
  MUST_RECOGNISE: '应当互认',
  MAY: '可以互认',
  NOT_IN_SCOPE: '不在范围',
};

function decided(decision: ReminderRow['matches'][number]['decision'] | undefined): string {
  if (decision === undefined) return '—';
  if (decision === null) return '待医师决定';
  return decision.kind === 'recognised' ? '已互认' : `再次检查（${decision.reasonCode}）`;
}

/** The table of what is ordered, what exists, the word of the matrix and the decision. */
export function reminderTable(shown: ReadonlyMap<string, Pick<ReminderRow, 'matches'>>): string {
  const rows = DEMO_ORDERS.map(({ number, patient, exam: ordered }) => {
    const match = shown.get(number)?.matches[0];
    return [
      patient.shownName,
      ordered.name,
      ...(match === undefined
        ? ['无可互认结果', '—']
        : [
            `${match.hospital.name.zh} ${match.studyDate}（${match.ageDays} 天前）${match.labels.join(' ')}`,
            WORDS[match.word],
          ]),
      decided(match?.decision),
    ];
  });
  return table(['患者', '拟开检查', '已有结果', '互认规则', '处理'], rows);
}

type Call = (
  method: string,
  address: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<unknown>;

/** Calls the API with a key. */
const caller =
  (baseUrl: string, key: string): Call =>
  async (method, address, body, headers = {}) => {
    const answer = await fetch(baseUrl + address, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${address}: HTTP ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as unknown;
  };
