import { DEFAULT_RECOGNITION_POLICY } from '@hutong/recognition';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { citeDecision, correctDecision, withdrawDecision } from './changeDecision.ts';
import type { Decided, RecognitionDecision } from './decision.ts';
import { decisionsOnStudy, listDecisions, readDecisionHistory } from './readDecisions.ts';
import { recordDecision } from './recordDecision.ts';
import type { NewRecognitionDecision, OnStudy, RecordedDecision, RefusedDecision } from './request.ts';
import {
  addDecidedStudy,
  addHospitals,
  addLabel,
  addPerson,
  addReminder,
  DOCTOR,
  OTHER_DOCTOR,
  REGION,
} from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addHospitals(database.pool, ['issuer', 'decider', 'third']);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    `TRUNCATE recognition_decision, reminder_view, reminder_match, reminder, recognition_policy, patient_link,
              person_event, person, patient, study, former_study, hr_label_event, change, exam_order CASCADE`,
  );
});

const RECOGNISED: Decided = { kind: 'recognised' };
const again = (reasonCode: 'RX01' | 'RX04' | 'RX12' = 'RX01', reasonText = ''): Decided => ({
  kind: 'examinedAgain',
  reasonCode,
  reasonText,
  patientInformed: true,
});

const record = (
  what: Decided,
  on: NewRecognitionDecision['on'],
  over: Partial<NewRecognitionDecision> & { author?: typeof DOCTOR; hospital?: string } = {},
): Promise<RecordedDecision | RefusedDecision> => {
  const { author = DOCTOR, hospital = 'decider', ...rest } = over;
  return inTransaction(database.pool, (client) =>
    recordDecision(client, {
      what,
      decider: { hospital, department: '', practitioner: '', author },
      on,
      decidedAt: null,
      idempotencyKey: null,
      regionName: REGION,
      ...rest,
    }),
  );
};
const onStudy = (over: Partial<OnStudy> = {}): OnStudy => ({
  hospital: 'issuer',
  studyInstanceUid: '1.2.3',
  itemCode: null,
  view: { hospitals: null, studyIds: [] },
  patientId: '',
  issuerOfPatientId: '',
  orderNumber: '',
  patientClass: '',
  ...over,
});
function recorded(outcome: { outcome: string }): RecognitionDecision {
  if (outcome.outcome !== 'recorded') throw new Error(outcome.outcome);
  return (outcome as RecordedDecision).decision;
}
const changes = async (): Promise<string[]> =>
  (
    await database.pool.query<{ it: string }>(
      `SELECT hospital_code || ' ' || action AS it FROM change ORDER BY change_id`,
    )
  ).rows.map(({ it }) => it);
const decisions = async (): Promise<number> =>
  (await database.pool.query<{ n: number }>('SELECT count(*)::integer AS n FROM recognition_decision'))
    .rows[0]?.n ?? -1;

/** A labelled study of the issuer, one person there and here, and a reminder of it. */
async function reminded(): Promise<{ study: number; reminder: string; person: string }> {
  const study = await addDecidedStudy(database.pool);
  await addLabel(database.pool, study);
  const person = await addPerson(database.pool, [
    { hospital: 'issuer', patientId: 'I-1' },
    { hospital: 'decider', patientId: 'D-1' },
  ]);
  return { study, person, reminder: await addReminder(database.pool, { person, orderNumber: 'O-1' }) };
}

describe('a decision on a reminder', () => {
  test('S1: what is recognised is kept with study, item, label and what the matrix said', async () => {
    const { reminder, person } = await reminded();
    const outcome = await record(RECOGNISED, { reminder, position: 0 });
    expect(outcome).toMatchObject({ outcome: 'recorded', isAgain: false });
    expect(recorded(outcome)).toMatchObject({
      kind: 'recognised',
      hospital: 'decider',
      department: '神经内科',
      practitioner: '赵主任',
      author: DOCTOR,
      reminder,
      position: 0,
      orderNumber: 'O-1',
      patientId: 'D-1',
      issuingHospital: 'issuer',
      studyInstanceUid: '1.2.3',
      studyDate: '20260310',
      itemCode: 'CT-01',
      labels: ['龙南市HR'],
      word: 'MUST_RECOGNISE',
    });
    const { rows } = await database.pool.query('SELECT person_id FROM recognition_decision');
    expect(rows).toEqual([{ person_id: person }]);
    expect(await changes()).toEqual(['issuer recognised']);
  });

  test('S1: examined again is kept with its reason and that the patient was informed', async () => {
    const { reminder } = await reminded();
    const decision = recorded(await record(again('RX12', '需术前定位'), { reminder, position: 0 }));
    expect(decision).toMatchObject({
      kind: 'examinedAgain',
      reasonCode: 'RX12',
      reasonText: '需术前定位',
      patientInformed: true,
    });
    expect(await changes()).toEqual(['issuer examinedAgain']);
  });

  test('sent again it is the same decision, whoever of the hospital sends it', async () => {
    const { reminder } = await reminded();
    const first = recorded(await record(RECOGNISED, { reminder, position: 0 }));
    for (const author of [DOCTOR, OTHER_DOCTOR]) {
      const next = await record(RECOGNISED, { reminder, position: 0 }, { author });
      expect(next).toEqual({ outcome: 'recorded', decision: first, isAgain: true });
    }
    expect(await decisions()).toBe(1);
    expect(await changes()).toEqual(['issuer recognised']);
  });

  test('something else on the same match is to be corrected, not recorded beside it', async () => {
    const { reminder } = await reminded();
    const first = recorded(await record(RECOGNISED, { reminder, position: 0 }));
    expect(await record(again(), { reminder, position: 0 })).toEqual({
      outcome: 'alreadyDecided',
      decision: first,
    });
  });

  test('two at once leave one decision', async () => {
    const { reminder } = await reminded();
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((n) => record(RECOGNISED, { reminder, position: 0 }, { idempotencyKey: `key-${n}` })),
    );
    expect(new Set(outcomes.map((one) => recorded(one).id)).size).toBe(1);
    expect(await decisions()).toBe(1);
  });

  test('a key is good for one request', async () => {
    const { reminder } = await reminded();
    const keyed = { idempotencyKey: 'k1' };
    const first = await record(RECOGNISED, { reminder, position: 0 }, keyed);
    const second = await record(RECOGNISED, { reminder, position: 0 }, keyed);
    expect(second).toEqual({ ...first, isAgain: true });
    expect(await record(again(), { reminder, position: 0 }, keyed)).toEqual({ outcome: 'keyUsed' });
    const sameKeyOfAnother = await record(
      again(),
      { reminder, position: 0 },
      { ...keyed, author: OTHER_DOCTOR },
    );
    expect(sameKeyOfAnother.outcome).toBe('alreadyDecided');
  });

  test("another hospital's reminder, an unknown one and an unknown match are all absent", async () => {
    const { reminder } = await reminded();
    const nowhere = { reminder: '00000000-0000-4000-8000-000000000000', position: 0 };
    expect(await record(RECOGNISED, { reminder, position: 0 }, { hospital: 'third' })).toEqual({
      outcome: 'absent',
    });
    expect(await record(RECOGNISED, nowhere)).toEqual({ outcome: 'absent' });
    expect(await record(RECOGNISED, { reminder, position: 7 })).toEqual({ outcome: 'absent' });
    expect(await decisions()).toBe(0);
  });

  test('a label that was withdrawn since is not recognised, but examining again is recorded', async () => {
    const { reminder, study } = await reminded();
    await addLabel(database.pool, study, { state: 'withdrawn' });
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'labelWithdrawn' });
    expect(recorded(await record(again(), { reminder, position: 0 }))).toMatchObject({ labels: [] });
  });

  test('what was decided before the label was withdrawn, and is told later, is recorded as it was', async () => {
    const { reminder, study } = await reminded();
    await database.pool.query(`UPDATE hr_label_event SET created_at = now() - interval '10 minutes'`);
    await addLabel(database.pool, study, { state: 'withdrawn' });
    const decidedAt = new Date(Date.now() - 120_000);
    expect(recorded(await record(RECOGNISED, { reminder, position: 0 }, { decidedAt }))).toMatchObject({
      decidedAt,
      labels: ['龙南市HR'],
    });
  });

  test('nothing is decided before its reminder, or in the future', async () => {
    const { reminder } = await reminded();
    for (const minutes of [-60, 60]) {
      const decidedAt = new Date(Date.now() + minutes * 60_000);
      expect(await record(RECOGNISED, { reminder, position: 0 }, { decidedAt })).toEqual({
        outcome: 'badTime',
      });
    }
  });

  test.each([-20, 20])(
    'the clock of a hospital system may be %i s off: it was decided after its reminder, and not later than now',
    async (seconds) => {
      const { reminder } = await reminded();
      await database.pool.query(`UPDATE hr_label_event SET created_at = now() - interval '10 minutes'`);
      await database.pool.query('UPDATE reminder SET created_at = now()');
      const decidedAt = new Date(Date.now() + seconds * 1000);
      const { decidedAt: kept } = recorded(
        await record(RECOGNISED, { reminder, position: 0 }, { decidedAt }),
      );
      const { rows } = await database.pool.query<{ possible: boolean }>(
        `SELECT date_trunc('milliseconds', created_at) <= $2 AND $2 <= clock_timestamp() AS possible
           FROM reminder WHERE reminder_id = $1`,
        [reminder, kept],
      );
      expect(rows).toEqual([{ possible: true }]);
    },
  );

  test('a study that turned out to be of another person is not recognised', async () => {
    const { reminder } = await reminded();
    await database.pool.query(`UPDATE patient_link SET ended_at = now() WHERE hospital_code = 'issuer'`);
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'otherPatient' });
  });

  test('S1: a study is not recognised once the own patient was separated from the person it is of', async () => {
    const { reminder } = await reminded();
    await database.pool.query(`UPDATE patient_link SET ended_at = now() WHERE hospital_code = 'decider'`);
    await addPerson(database.pool, [{ hospital: 'decider', patientId: 'D-1' }]);
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'otherPatient' });
    expect(await record(RECOGNISED, onStudy({ patientId: 'D-1' }))).toEqual({ outcome: 'otherPatient' });
    const kept = recorded(await record(again(), { reminder, position: 0 }));
    const turned = { id: kept.id, hospitals: null, author: DOCTOR, idempotencyKey: null, what: RECOGNISED };
    expect(await correctDecision(database.pool, turned)).toEqual({ outcome: 'otherPatient' });
  });

  test('S1: a study whose birth date was corrected to that of somebody else since is not recognised', async () => {
    const { reminder } = await reminded();
    await database.pool.query(
      `INSERT INTO patient (hospital_code, patient_id, birth_date) VALUES ('issuer', 'I-1', '19600101')`,
    );
    await database.pool.query(`UPDATE study SET patient_birth_date = '19610101'`);
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'otherPatient' });
  });

  test('S0: a study whose images came or went since it was judged is not recognised until it is judged anew', async () => {
    const { reminder } = await reminded();
    await database.pool.query('UPDATE study SET conformance_revision = 2');
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'pending' });
    expect(await record(RECOGNISED, onStudy())).toEqual({ outcome: 'pending' });
    await database.pool.query('UPDATE study SET judged_revision = 2');
    expect((await record(RECOGNISED, { reminder, position: 0 })).outcome).toBe('recorded');
  });

  test('S0: what the matrix said of a label that is gone does not hold for another one that is left', async () => {
    const { reminder, study } = await reminded();
    await addLabel(database.pool, study, { scope: '京津冀' });
    await addLabel(database.pool, study, { state: 'withdrawn' });
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'notInScope' });
  });

  test('S0: nor after the hospital left the scope of the label', async () => {
    const { reminder } = await reminded();
    await database.pool.query('INSERT INTO recognition_scope (name) VALUES ($1) ON CONFLICT DO NOTHING', [
      REGION,
    ]);
    await database.pool.query(
      `INSERT INTO recognition_scope_member (scope, hospital_code, joined_on, left_on)
       VALUES ($1, 'decider', '2020-01-01', '2025-01-01')`,
      [REGION],
    );
    const outcome = await record(RECOGNISED, { reminder, position: 0 });
    await database.pool.query('DELETE FROM recognition_scope_member');
    expect(outcome).toEqual({ outcome: 'notInScope' });
  });

  test('a study under a PatientID that stands for two people is not recognised for one of them', async () => {
    const { reminder, study } = await reminded();
    await database.pool.query(`INSERT INTO study_apart (study_id, because) VALUES ($1, '{}')`, [study]);
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'otherPatient' });
    const named = onStudy({ patientId: 'D-1' });
    expect(await record(RECOGNISED, named)).toEqual({ outcome: 'otherPatient' });
  });

  test('persons who were merged since are one', async () => {
    const { reminder, person } = await reminded();
    const into = await addPerson(database.pool, []);
    await database.pool.query('UPDATE patient_link SET person_id = $1', [into]);
    await database.pool.query('UPDATE person SET merged_into = $1 WHERE person_id = $2', [into, person]);
    expect((await record(RECOGNISED, { reminder, position: 0 })).outcome).toBe('recorded');
  });

  test('a study that was deleted is not recognised, but examining again is recorded', async () => {
    const { reminder, study } = await reminded();
    await database.pool.query('DELETE FROM study WHERE study_id = $1', [study]);
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'studyGone' });
    expect((await record(again(), { reminder, position: 0 })).outcome).toBe('recorded');
  });

  test('what the matrix leaves out is not recognised', async () => {
    await reminded();
    const reminder = await addReminder(database.pool, { matches: [{ word: 'NOT_IN_SCOPE' }] });
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'notInScope' });
  });

  test("the own hospital's examination is no recognition across hospitals", async () => {
    const study = await addDecidedStudy(database.pool, { hospital: 'decider', uid: '1.2.9' });
    await addLabel(database.pool, study);
    const reminder = await addReminder(database.pool, { matches: [{ hospital: 'decider', uid: '1.2.9' }] });
    expect(await record(RECOGNISED, { reminder, position: 0 })).toEqual({ outcome: 'ownStudy' });
    expect(await record(RECOGNISED, onStudy({ hospital: 'decider', studyInstanceUid: '1.2.9' }))).toEqual({
      outcome: 'ownStudy',
    });
  });

  test('reasons that the region does not offer are refused', async () => {
    const { reminder } = await reminded();
    await database.pool.query(
      `INSERT INTO recognition_policy (policy, author_kind, author_id) VALUES ($1, 'system', 'test')`,
      [JSON.stringify({ ...DEFAULT_RECOGNITION_POLICY, reasons: ['RX01', 'RX12'] })],
    );
    expect(await record(again('RX04'), { reminder, position: 0 })).toEqual({ outcome: 'reasonNotOffered' });
    expect((await record(again('RX01'), { reminder, position: 0 })).outcome).toBe('recorded');
  });
});

describe('a decision on a study', () => {
  test('names the item where one has a label, and asks which where several have', async () => {
    const study = await addDecidedStudy(database.pool);
    expect(await record(RECOGNISED, onStudy())).toEqual({ outcome: 'notLabelled' });
    await addLabel(database.pool, study);
    expect(recorded(await record(RECOGNISED, onStudy()))).toMatchObject({ itemCode: 'CT-01', word: 'MAY' });
    await addLabel(database.pool, study, { itemCode: 'CT-02' });
    expect(await record(RECOGNISED, onStudy())).toEqual({
      outcome: 'itemNeeded',
      itemCodes: ['CT-01', 'CT-02'],
    });
    expect(recorded(await record(RECOGNISED, onStudy({ itemCode: 'CT-02' })))).toMatchObject({
      itemCode: 'CT-02',
    });
  });

  test('is absent where the caller may not read it, also by a grant for another', async () => {
    const study = await addDecidedStudy(database.pool);
    await addLabel(database.pool, study);
    const view = (hospitals: string[], studyIds: number[] = []) => ({ view: { hospitals, studyIds } });
    expect(await record(RECOGNISED, onStudy(view(['decider'])))).toEqual({ outcome: 'absent' });
    expect(await record(RECOGNISED, onStudy(view([], [study + 1])))).toEqual({ outcome: 'absent' });
    expect((await record(RECOGNISED, onStudy(view(['decider'], [study])))).outcome).toBe('recorded');
  });

  test('S0: an item without a label in force is not recognised, nor one whose label was only proposed', async () => {
    const study = await addDecidedStudy(database.pool);
    await addLabel(database.pool, study, { state: 'proposed' });
    expect(await record(RECOGNISED, onStudy({ itemCode: 'CT-01' }))).toEqual({ outcome: 'notLabelled' });
    expect(await record(again(), onStudy({ itemCode: 'CT-01' }))).toEqual({ outcome: 'notLabelled' });
    await addLabel(database.pool, study);
    await addLabel(database.pool, study, { state: 'withdrawn' });
    expect(await record(RECOGNISED, onStudy({ itemCode: 'CT-01' }))).toEqual({ outcome: 'labelWithdrawn' });
    expect(await record(RECOGNISED, onStudy({ itemCode: 'CT-09' }))).toEqual({ outcome: 'notLabelled' });
  });

  test('S0: a label of a scope that the hospital takes no part in is not recognised', async () => {
    const study = await addDecidedStudy(database.pool);
    await addLabel(database.pool, study, { scope: '京津冀' });
    expect(await record(RECOGNISED, onStudy())).toEqual({ outcome: 'notInScope' });
  });

  test('of a patient who is known to be somebody else is refused', async () => {
    const study = await addDecidedStudy(database.pool);
    await addLabel(database.pool, study);
    await addPerson(database.pool, [{ hospital: 'issuer', patientId: 'I-1' }]);
    await addPerson(database.pool, [{ hospital: 'decider', patientId: 'D-2' }]);
    expect(await record(RECOGNISED, onStudy({ patientId: 'D-2' }))).toEqual({ outcome: 'otherPatient' });
    expect((await record(RECOGNISED, onStudy({ patientId: 'D-3' }))).outcome).toBe('recorded');
  });

  test('finds the own patient by the person, where it is one', async () => {
    const { study } = await reminded();
    expect(study).toBeGreaterThan(0);
    expect(recorded(await record(RECOGNISED, onStudy()))).toMatchObject({ patientId: 'D-1', reminder: null });
  });

  test('that was opened from a reminder is a decision on that reminder', async () => {
    const { reminder } = await reminded();
    await database.pool.query(
      `INSERT INTO reminder_view (reminder_id, position, caller_kind, caller_id) VALUES ($1, 0, 'person', 'li')`,
      [reminder],
    );
    const decision = recorded(await record(RECOGNISED, onStudy()));
    expect(decision).toMatchObject({ reminder, position: 0, department: '神经内科', patientId: 'D-1' });
    expect(await record(RECOGNISED, { reminder, position: 0 })).toMatchObject({ isAgain: true });
  });

  test('made twice within a day for one order counts once, and for another order again', async () => {
    const study = await addDecidedStudy(database.pool);
    await addLabel(database.pool, study);
    const first = recorded(await record(RECOGNISED, onStudy()));
    expect(recorded(await record(RECOGNISED, onStudy(), { author: OTHER_DOCTOR })).id).toBe(first.id);
    const ordered = recorded(await record(RECOGNISED, onStudy({ orderNumber: 'O-7' })));
    expect(ordered.id).toBe(first.id);
    await database.pool.query(
      `UPDATE recognition_decision SET decided_at = decided_at - interval '25 hours'`,
    );
    const later = recorded(await record(RECOGNISED, onStudy({ orderNumber: 'O-8' })));
    const other = recorded(await record(RECOGNISED, onStudy({ orderNumber: 'O-9' })));
    expect(new Set([first.id, later.id, other.id]).size).toBe(3);
  });
});

describe('a decision that was made', () => {
  const change = { hospitals: ['decider'], author: OTHER_DOCTOR, idempotencyKey: null };

  async function made(what: Decided = RECOGNISED): Promise<RecognitionDecision> {
    const { reminder } = await reminded();
    return recorded(await record(what, { reminder, position: 0 }));
  }

  test('is corrected with its history, and stays of its month', async () => {
    const first = await made();
    const corrected = recorded(
      await correctDecision(database.pool, {
        ...change,
        id: first.id,
        what: again('RX04'),
        department: '外科',
      }),
    );
    expect(corrected).toMatchObject({
      chain: first.id,
      replaces: first.id,
      kind: 'examinedAgain',
      reasonCode: 'RX04',
      department: '外科',
      practitioner: '赵主任',
      author: OTHER_DOCTOR,
      decidedAt: first.decidedAt,
      labels: first.labels,
    });
    const own = { hospitals: ['decider'], side: 'all' } as const;
    for (const id of [first.id, corrected.id])
      expect((await readDecisionHistory(database.pool, id, own)).map((row) => row.id)).toEqual([
        corrected.id,
        first.id,
      ]);
    expect(await changes()).toEqual(['issuer recognised', 'issuer examinedAgain']);
  });

  test('is corrected by one of two at once', async () => {
    const first = await made();
    const outcomes = await Promise.all(
      ['外科', '内科'].map((department) =>
        correctDecision(database.pool, { ...change, id: first.id, what: RECOGNISED, department }),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['changedMeanwhile', 'recorded']);
    expect(await decisions()).toBe(2);
    const late = await withdrawDecision(database.pool, { ...change, id: first.id, reason: '' });
    expect(late).toEqual({ outcome: 'changedMeanwhile' });
  });

  test('is withdrawn, counts no more, and can be decided anew', async () => {
    const first = await made();
    const gone = recorded(await withdrawDecision(database.pool, { ...change, id: first.id, reason: '点错' }));
    expect(gone).toMatchObject({ kind: 'withdrawn', reasonText: '点错', chain: first.id });
    expect(await changes()).toEqual(['issuer recognised', 'issuer recognitionWithdrawn']);
    const anew = recorded(await record(again(), { reminder: first.reminder ?? '', position: 0 }));
    expect(anew.chain).toBe(anew.id);
    expect(await correctDecision(database.pool, { ...change, id: gone.id, what: RECOGNISED })).toEqual({
      outcome: 'changedMeanwhile',
    });
  });

  test('of another hospital is absent to who would change it, the issuing one too', async () => {
    const first = await made();
    for (const hospitals of [['issuer'], ['third'], []]) {
      const asked = { ...change, hospitals, id: first.id };
      expect(await correctDecision(database.pool, { ...asked, what: again() })).toEqual({
        outcome: 'absent',
      });
      expect(await withdrawDecision(database.pool, { ...asked, reason: '' })).toEqual({ outcome: 'absent' });
      expect(await citeDecision(database.pool, asked)).toBeNull();
    }
    expect(await decisions()).toBe(1);
  });

  test('is no recognition after a correction where no label was in force then', async () => {
    const { reminder, study } = await reminded();
    await addLabel(database.pool, study, { state: 'withdrawn' });
    const first = recorded(await record(again(), { reminder, position: 0 }));
    expect(await correctDecision(database.pool, { ...change, id: first.id, what: RECOGNISED })).toEqual({
      outcome: 'labelWithdrawn',
    });
  });

  test('corrected twice with one key is corrected once', async () => {
    const first = await made();
    const keyed = { ...change, id: first.id, idempotencyKey: 'c1', what: again('RX04') };
    const once = await correctDecision(database.pool, keyed);
    expect(await correctDecision(database.pool, keyed)).toEqual({ ...once, isAgain: true });
    expect(await correctDecision(database.pool, { ...keyed, what: again('RX01') })).toEqual({
      outcome: 'keyUsed',
    });
  });

  test('is cited once, and a correction of its words asks for another time', async () => {
    const first = await made();
    const cited = await citeDecision(database.pool, { ...change, id: first.id });
    expect(cited).toMatchObject({ citedBy: '王医生' });
    const twice = await citeDecision(database.pool, { ...change, author: DOCTOR, id: first.id });
    expect(twice).toEqual(cited);
    const renamed = recorded(
      await correctDecision(database.pool, { ...change, id: first.id, what: RECOGNISED, department: '外科' }),
    );
    expect(renamed.citedAt).toEqual(cited?.citedAt);
    const turned = recorded(
      await correctDecision(database.pool, { ...change, id: renamed.id, what: again() }),
    );
    expect(turned.citedAt).toBeNull();
  });
});

describe('the list', () => {
  const ALL = {
    deciding: [],
    issuing: [],
    departments: [],
    kinds: [],
    reasons: [],
    items: [],
    month: null,
    before: null,
    limit: 50,
  };

  test('shows deciding and issuing hospitals theirs as they stand, and others nothing', async () => {
    const { reminder } = await reminded();
    const first = recorded(await record(RECOGNISED, { reminder, position: 0 }));
    const change = { hospitals: null, author: DOCTOR, idempotencyKey: null };
    const second = recorded(await correctDecision(database.pool, { ...change, id: first.id, what: again() }));
    const ids = async (hospitals: string[] | null, side: 'made' | 'received' | 'all') =>
      (await listDecisions(database.pool, { ...ALL, hospitals, side })).map(({ id }) => id);
    expect(await ids(['decider'], 'all')).toEqual([second.id]);
    expect(await ids(['decider'], 'received')).toEqual([]);
    expect(await ids(['issuer'], 'received')).toEqual([second.id]);
    expect(await ids(['issuer'], 'made')).toEqual([]);
    expect(await ids(['third'], 'all')).toEqual([]);
    expect(await ids([], 'all')).toEqual([]);
    expect(await ids(null, 'all')).toEqual([second.id]);
    const onIt = { hospital: 'issuer', studyInstanceUid: '1.2.3' };
    expect(await decisionsOnStudy(database.pool, onIt, ['third'])).toEqual([]);
    expect(await decisionsOnStudy(database.pool, onIt, ['decider'])).toHaveLength(1);
  });

  test('filters by month in China, kind, reason and department, page by page', async () => {
    const study = await addDecidedStudy(database.pool);
    await addLabel(database.pool, study);
    for (const order of ['1', '2', '3'])
      await record(again(order === '2' ? 'RX04' : 'RX01'), onStudy({ orderNumber: order }));
    // The last minute of March in China is still in the afternoon of UTC.
    await database.pool.query(
      `UPDATE recognition_decision SET decided_at = '2026-03-31T15:59:59.123456Z' WHERE order_number = '1'`,
    );
    await database.pool.query(
      `UPDATE recognition_decision SET decided_at = '2026-03-31T16:00:00Z' WHERE order_number = '2'`,
    );
    const own = { ...ALL, hospitals: ['decider'], side: 'made' } as const;
    const orders = async (filter: object) =>
      (await listDecisions(database.pool, { ...own, ...filter })).map(({ orderNumber }) => orderNumber);
    expect(await orders({ month: '2026-03-01' })).toEqual(['1']);
    expect(await orders({ month: '2026-04-01' })).toEqual(['2']);
    expect(await orders({ reasons: ['RX04'] })).toEqual(['2']);
    expect(await orders({ kinds: ['recognised'] })).toEqual([]);
    expect(await orders({ departments: ['外科'] })).toEqual([]);
    const [newest] = await listDecisions(database.pool, { ...own, limit: 1 });
    expect(newest?.orderNumber).toBe('3');
    expect(await orders({ before: [newest?.at ?? '', newest?.id ?? ''], limit: 1 })).toEqual(['2']);
  });
});
