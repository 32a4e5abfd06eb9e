/** For tests: what happened in a month, written as the tables have it. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createHospital } from '../registry/hospitals.ts';
import type { FiguresWanted } from './calculateFigures.ts';

export interface StoredStudy {
  hospital: string;
  patient: string;
  at: string;
  items: string[];
  /** YYYYMMDD; the day it was stored on when absent. */
  studyDate?: string;
}

export interface GivenDecision {
  at: string;
  hospital?: string;
  department?: string;
  patient?: string;
  on: { hospital: string; uid: string };
  item: string;
  reason?: string;
  kind?: 'recognised' | 'examinedAgain' | 'withdrawn';
  reminder?: string | null;
  cited?: string | null;
  /** The decision that it corrects, and when. */
  replaces?: string;
  recordedAt?: string;
}

let made = 0;

/** Writes what happened, one thing at a time. Times are ISO 8601. */
export class MonthWriter {
  readonly #index: pg.Pool;

  constructor(index: pg.Pool) {
    this.#index = index;
  }

  async hospitals(...codes: string[]): Promise<void> {
    for (const code of codes)
      await createHospital(this.#index, {
        code,
        nameZh: `${code}医院`,
        nameEn: `Hospital ${code}`,
        level: '三级甲等',
        region: '411100',
      });
  }

  /** Makes patients, written hospital/PatientID, one person from a moment on. @returns the person */
  async person(at: string, ...patients: string[]): Promise<string> {
    const id = randomUUID();
    await this.#index.query('INSERT INTO person (person_id, created_at) VALUES ($1, $2)', [id, at]);
    for (const patient of patients) {
      const [hospital, patientId] = patient.split('/');
      await this.#index.query(
        `UPDATE patient_link SET ended_at = $3 WHERE hospital_code = $1 AND patient_id = $2 AND ended_at IS NULL`,
        [hospital, patientId, at],
      );
      await this.#index.query(
        `INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id, created_at)
         VALUES ($1, $2, $3, 'confirmed', 'person', 'x', $4)`,
        [hospital, patientId, id, at],
      );
    }
    return id;
  }

  /** @returns its StudyInstanceUID */
  async study({ hospital, patient, at, items, studyDate }: StoredStudy): Promise<string> {
    made += 1;
    const uid = `1.2.826.0.1.${made}`;
    const { rows } = await this.#index.query<{ id: number }>(
      `INSERT INTO study (hospital_code, study_instance_uid, patient_id, study_date, first_stored_at, last_stored_at, revision)
       VALUES ($1, $2, $3, $4, $5, $5, 1) RETURNING study_id AS id`,
      [hospital, uid, patient, studyDate ?? at.slice(0, 10).replaceAll('-', ''), at],
    );
    for (const item of items)
      await this.#index.query(
        `INSERT INTO study_item (study_id, item_code, verdict, machine_verdict, hospital_code)
         VALUES ($1, $2, 'PASS', 'PASS', $3)`,
        [rows[0]?.id, item, hospital],
      );
    return uid;
  }

  async label(uid: string, item: string, at: string, state = 'applied', scope = '漯河市'): Promise<void> {
    await this.#index.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at)
       SELECT study_id, $2, $5, $5 || 'HR', $4, '', '', 'engine', $3 FROM study WHERE study_instance_uid = $1`,
      [uid, item, at, state, scope],
    );
  }

  /** @returns its id */
  async reminder(
    at: string,
    hospital: string,
    patient: string,
    department: string,
    matches: { hospital: string; uid: string; item: string; word?: string }[],
    viewedAt?: string,
  ): Promise<string> {
    const { rows } = await this.#index.query<{ id: string }>(
      `INSERT INTO reminder (created_at, hospital_code, department, patient_id, channel, caller_kind, caller_id, milliseconds)
       VALUES ($1, $2, $3, $4, 'json', 'machine', 'his', 9) RETURNING reminder_id AS id`,
      [at, hospital, department, patient],
    );
    const id = rows[0]?.id ?? '';
    for (const [position, match] of matches.entries())
      await this.#index.query(
        `INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, word)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, position, match.hospital, match.uid, match.item, match.word ?? 'MUST_RECOGNISE'],
      );
    if (viewedAt !== undefined)
      await this.#index.query(
        `INSERT INTO reminder_view (reminder_id, position, viewed_at, caller_kind, caller_id) VALUES ($1, 0, $2, 'person', 'x')`,
        [id, viewedAt],
      );
    return id;
  }

  /** @returns its id */
  async decision(given: GivenDecision): Promise<string> {
    const id = randomUUID();
    const { hospital = 'a', department = '骨科', patient = 'A1', reason = '', reminder = null } = given;
    const kind = given.kind ?? (reason === '' ? 'recognised' : 'examinedAgain');
    await this.#index.query(
      `INSERT INTO recognition_decision (recognition_decision_id, chain_id, replaces, created_at, decided_at, kind,
         reason_code, hospital_code, department, author_kind, author_id, reminder_id, reminder_position, patient_id,
         issuing_hospital, study_instance_uid, item_code, cited_at)
       VALUES ($1, COALESCE((SELECT chain_id FROM recognition_decision WHERE recognition_decision_id = $2), $1), $2, $3, $4,
               $5, $6, $7, $8, 'person', 'x', $9, $10, $11, $12, $13, $14, $15)`,
      [
        id,
        given.replaces ?? null,
        given.recordedAt ?? given.at,
        given.at,
        kind,
        reason,
        hospital,
        department,
        reminder,
        reminder === null ? null : 0,
        patient,
        given.on.hospital,
        given.on.uid,
        given.item,
        given.cited ?? null,
      ],
    );
    return id;
  }

  async price(
    itemCode: string,
    yuan: number,
    at = '2026-01-01T00:00:00Z',
    validFrom = '2026-01-01',
  ): Promise<number> {
    const { rows } = await this.#index.query<{ id: number }>(
      `INSERT INTO item_price (item_code, amount_fen, valid_from, author_kind, author_id, created_at)
       VALUES ($1, $2, $3, 'person', 'x', $4) RETURNING item_price_id AS id`,
      [itemCode, Math.round(yuan * 100), validFrom, at],
    );
    return rows[0]?.id ?? 0;
  }
}

/** Figures of October 2026 in Luohe, as of the 1st of November. */
export const wanted = (given: Partial<FiguresWanted> = {}): FiguresWanted => ({
  month: '2026-10',
  hospital: null,
  timeZone: 'Asia/Shanghai',
  repeatDays: 7,
  regionCode: '411100',
  asOf: '2026-11-01T01:00:00.000000Z',
  ...given,
});
