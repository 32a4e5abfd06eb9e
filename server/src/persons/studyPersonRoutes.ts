import { noteReferences, readPolicies, listHospitals } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { discoverableFrom, rulesFor, viewingHospitals } from '../auth/decide.ts';
import { type Caller, callerOf, may, openedBy, type ServerParts, viewOf } from '../context.ts';
import type { SamePersonStudy, StudyPerson } from '../contract/persons.ts';
import { isoDate } from '../dicomweb/age.ts';
import { discoverableSql, groundsOf, type Reach } from '../dicomweb/discoverable.ts';
import { hrColumns, hrFacts, type HrRow } from '../dicomweb/hrColumns.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { badParameter } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { hospitalNames } from './bodies.ts';

/** Studies of one person that are shown; the newest. */
const MAX_STUDIES = 100;

type Parts = Pick<ServerParts, 'index' | 'audit'>;

/** Below `/api`, for who may read the study: `GET /studies/{uid}/person`, other studies of the same person. */
export function studyPersonRoutes(parts: Parts): Router {
  const router = Router();
  router.get('/studies/:study/person', requireScope('read'), (req, res) => samePerson(parts, req, res));
  return router;
}

interface FoundStudy extends Record<string, unknown> {
  study_id: number;
  hospital: string;
  patient_id: string;
  person: string | null;
}

interface OtherRow extends HrRow, Record<string, unknown> {
  study_instance_uid: string;
  study_date: string;
  modalities: string[];
  asks_birth_date: boolean;
}

async function samePerson(parts: Parts, req: Request, res: Response): Promise<void> {
  const { index } = parts;
  const caller = callerOf(res);
  const studyInstanceUid = uidOf(req.params['study'], 'study');
  const study = await findStudy(index, caller, studyInstanceUid, askedHospital(req));
  const others = study.person === null ? [] : await readOthers(index, caller, study);
  const shown = await showOthers(index, caller, others);
  await auditAccess(parts, req, res, {
    action: 'search',
    hospital: study.hospital,
    patientId: study.patient_id,
    studyInstanceUid,
    detail: { of: 'samePerson' },
  });
  for (const row of others)
    await auditAccess(parts, req, res, {
      action: 'search',
      hospital: row.hospital_code,
      studyInstanceUid: row.study_instance_uid,
      detail: { of: 'samePerson', from: studyInstanceUid },
    });
  const answer: StudyPerson = {
    known: study.person !== null,
    person: may(caller, 'persons', study.hospital) ? study.person : null,
    studies: shown,
  };
  res.set('Cache-Control', 'no-store').json(answer);
}

function askedHospital(req: Request): string | null {
  const asked = new Map(queryParameters(req.originalUrl)).get('hospital');
  if (asked === undefined || asked === '') return null;
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(asked)) throw badParameter('hospital');
  return asked;
}

async function findStudy(
  index: Pool,
  caller: Caller,
  studyInstanceUid: string,
  hospital: string | null,
): Promise<FoundStudy> {
  const parameters = new Parameters();
  const [study] = await runStatement<FoundStudy>(
    index,
    `SELECT s.study_id, s.hospital_code AS hospital, s.patient_id,
            (SELECT l.person_id FROM patient_link l
              WHERE l.hospital_code = s.hospital_code AND l.patient_id = s.patient_id
                AND l.issuer_of_patient_id = s.issuer_of_patient_id AND l.ended_at IS NULL
                AND EXISTS (SELECT FROM person_study p WHERE p.person_id = l.person_id AND p.study_id = s.study_id)) AS person
       FROM study s
      WHERE s.study_instance_uid = ${parameters.add(studyInstanceUid, 'text')}
        AND ${inView('s', viewOf(caller, { hospital }), parameters)}
      ORDER BY s.study_id LIMIT 1`,
    parameters.values,
  );
  if (study === undefined) throw problem('not-found');
  return study;
}

/** What somebody may find: of several hospitals acted for, what one of them may. */
function reachOf(
  caller: Caller,
  policies: Awaited<ReturnType<typeof readPolicies>>,
  hospitals: readonly string[],
): Reach {
  const reaches = viewingHospitals(caller).map((viewing) =>
    discoverableFrom(caller, viewing, policies, hospitals),
  );
  return {
    all: [...new Set(reaches.flatMap(({ all }) => all))],
    labelled: [...new Set(reaches.flatMap(({ labelled }) => labelled))],
  };
}

async function readOthers(index: Pool, caller: Caller, study: FoundStudy): Promise<OtherRow[]> {
  const codes = (await listHospitals(index)).map(({ code }) => code);
  const reach = reachOf(caller, await readPolicies(index), codes);
  const parameters = new Parameters();
  const view = viewOf(caller, { hospital: null });
  return runStatement<OtherRow>(
    index,
    `WITH own AS MATERIALIZED (
SELECT s.* FROM person_study p JOIN study s USING (study_id)
 WHERE p.person_id = ${parameters.add(study.person, 'uuid')} AND p.study_id <> ${parameters.add(study.study_id, 'bigint')}
   AND (${inView('s', view, parameters)} OR ${discoverableSql('s', reach, parameters)})
 ORDER BY s.study_moment DESC, s.study_id DESC LIMIT ${MAX_STUDIES})
SELECT s.study_instance_uid, s.study_date, s.modalities, s.patient_birth_date <> '' AS asks_birth_date, ${hrColumns('s')}
  FROM own s ORDER BY s.study_moment DESC, s.study_id DESC`,
    parameters.values,
  );
}

/** What may not be opened yet is told without its UID, with a reference by which it is asked for. */
async function showOthers(
  index: Pool,
  caller: Caller,
  rows: readonly OtherRow[],
): Promise<SamePersonStudy[]> {
  const ref = await hospitalNames(index);
  const policies = await readPolicies(index);
  const view = viewOf(caller, { hospital: null });
  const viewingOf = (row: OtherRow, labelled: boolean): string | undefined =>
    viewingHospitals(caller).find((viewing) => {
      const discoverable = rulesFor(caller, row.hospital_code, viewing, policies)?.discoverable;
      return discoverable === 'all' || (discoverable === 'labelled' && labelled);
    });
  const shown = rows.map((row) => {
    const { labels, items } = hrFacts(row);
    const study = { hospital: row.hospital_code, studyInstanceUid: row.study_instance_uid };
    const openable = openedBy(view, study) !== null;
    const viewing = openable ? undefined : viewingOf(row, labels.length > 0);
    const rules = viewing === undefined ? null : rulesFor(caller, row.hospital_code, viewing, policies);
    return { row, labels, items, study, openable, viewing, rules };
  });
  const asked = shown.flatMap(({ study, viewing }) => (viewing === undefined ? [] : [{ ...study, viewing }]));
  const account = caller.account?.application === undefined ? caller.account?.id : undefined;
  const references =
    account === undefined || asked.length === 0 ? [] : await noteReferences(index, account, asked);
  let next = 0;
  return shown.map(({ row, labels, items, openable, viewing, rules }): SamePersonStudy => {
    const reference = viewing === undefined ? null : (references[next] ?? null);
    if (viewing !== undefined) next += 1;
    return {
      hospital: ref(row.hospital_code),
      studyDate: isoDate(row.study_date),
      modalities: row.modalities,
      items: items.map(({ code, name }) => ({ code, name })),
      labels: [...labels],
      openable,
      studyInstanceUid: openable ? row.study_instance_uid : null,
      reference,
      grounds: reference === null ? [] : groundsOf(rules?.grounds ?? [], labels.length > 0),
      hours: rules?.hours ?? 0,
      asksBirthDate: row.asks_birth_date,
    };
  });
}
