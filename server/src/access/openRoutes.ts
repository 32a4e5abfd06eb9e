import {
  checkEnding,
  countAttempt,
  countSearch,
  createGrant,
  findReference,
  listHospitals,
  noteReferences,
  readPolicies,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditEvent, auditRefusal } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { discoverableFrom, rulesFor, viewingHospitals } from '../auth/decide.ts';
import { treating } from '../auth/purposes.ts';
import { type Caller, callerOf, type ServerParts, viewOf } from '../context.ts';
import type { AccessFound, StudyElsewhere } from '../contract/access.ts';
import { isoDate } from '../dicomweb/age.ts';
import { groundsOf } from '../dicomweb/discoverable.ts';
import { hrFacts } from '../dicomweb/hrColumns.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { grantBody, type GrantRequest, hospitalRefs, parseGrant } from './bodies.ts';
import { findToOpen, parseSearch, searchElsewhere } from './searchElsewhere.ts';

const BODY_LIMIT = 4096;
type Parts = Pick<ServerParts, 'index' | 'audit' | 'personKeys'>;

/**
 * Below `/api`, for people who treat at a hospital: `POST /access/search` finds studies of a patient at other hospitals that
 * the region's policy lets be found, `POST /access/grants` opens one, on a ground that the policy knows.
 */
export function openRoutes(parts: Parts): Router {
  const router = Router();
  const read = requireScope('read');
  router.post('/access/search', read, ...smallJson(BODY_LIMIT), (req, res) => search(parts, req, res));
  router.post('/access/grants', read, ...smallJson(BODY_LIMIT), (req, res) => open(parts, req, res));
  return router;
}

/** The account that asks, and the hospital it acts for. @throws HttpProblem 403 */
function acting(caller: Caller, named: string | undefined): { account: string; viewing: string } {
  const hospitals = viewingHospitals(caller);
  const viewing = named ?? (hospitals.length === 1 ? hospitals[0] : undefined);
  if (caller.account === null || caller.account.application !== undefined || hospitals.length === 0) {
    throw problem('forbidden', {
      detail:
        'Studies of other hospitals are opened by people with a role in a hospital, signed in by their own account.',
      detailZh: '跨院调阅仅限在某家医院有相应角色、以本人账号登录的人员使用。',
    });
  }
  if (viewing === undefined || !hospitals.includes(viewing)) {
    throw problem('forbidden', {
      detail: `Say for which hospital you act (viewing): ${hospitals.join(', ')}.`,
      detailZh: `请选择本次调阅所代表的医院（viewing）：${hospitals.join('、')}。`,
    });
  }
  return { account: caller.account.id, viewing };
}

async function search(parts: Parts, req: Request, res: Response): Promise<void> {
  const { index } = parts;
  const keys = parseSearch(req.body);
  const caller = callerOf(res);
  const { account, viewing } = acting(caller, keys.viewing);
  if (!(await countSearch(index, account))) {
    throw problem('too-many-attempts', {
      detail: 'Too many searches. Wait some minutes before the next one.',
      detailZh: '检索过于频繁，请数分钟后再试。',
      headers: { 'Retry-After': '300' },
    });
  }
  const policies = await readPolicies(index);
  const codes = (await listHospitals(index)).map(({ code }) => code);
  const reach = discoverableFrom(caller, viewing, policies, codes);
  const found = await searchElsewhere(index, keys, viewOf(caller, { hospital: null }), reach);
  const references = await noteReferences(
    index,
    account,
    found.map((row) => ({ hospital: row.hospital_code, studyInstanceUid: row.study_instance_uid, viewing })),
  );
  // What was looked for names a patient: that is in no record, but whose studies came of it.
  const { viewing: _viewing, ...asked } = keys;
  await auditEvent(parts, req, res, {
    action: 'search',
    hospital: viewing,
    count: found.length,
    detail: { of: 'elsewhere', by: Object.keys(asked).toSorted() },
  });
  for (const row of found) {
    await auditEvent(parts, req, res, {
      action: 'search',
      hospital: row.hospital_code,
      studyInstanceUid: row.study_instance_uid,
      detail: { of: 'elsewhere', viewing },
    });
  }
  const ref = await hospitalRefs(index);
  const studies = found.map((row, i): StudyElsewhere => {
    const { labels, items } = hrFacts(row);
    const rules = rulesFor(caller, row.hospital_code, viewing, policies);
    const studyDate = isoDate(row.study_date);
    const ageDays = studyDate === '' ? null : Math.floor((Date.now() - Date.parse(studyDate)) / 86_400_000);
    return {
      reference: references[i] ?? '',
      hospital: ref(row.hospital_code),
      modalities: row.modalities,
      studyDate,
      ageDays: ageDays === null ? null : Math.max(0, ageDays),
      items: items.map(({ code, name }) => ({ code, name })),
      labels: [...labels],
      grounds: groundsOf(rules?.grounds ?? [], labels.length > 0),
      hours: rules?.hours ?? 0,
      asksBirthDate: row.asks_birth_date,
    };
  });
  const body: AccessFound = { viewing: ref(viewing), studies };
  res.set('Cache-Control', 'no-store').json(body);
}

async function open(parts: Parts, req: Request, res: Response): Promise<void> {
  const { index } = parts;
  const asked = parseGrant(req.body);
  const caller = callerOf(res);
  const account = caller.account?.id;
  const found = account === undefined ? null : await findReference(index, account, asked.reference);
  if (account === undefined || found === null || !viewingHospitals(caller).includes(found.viewing))
    throw noStudy();
  const policies = await readPolicies(index);
  const reach = discoverableFrom(caller, found.viewing, policies, [found.hospital]);
  const study = await findToOpen(index, found, reach);
  const rules = rulesFor(caller, found.hospital, found.viewing, policies);
  if (study === null || rules === null) throw noStudy();
  if (!groundsOf(rules.grounds, study.labelled).includes(asked.ground)) {
    throw problem('forbidden', {
      detail: 'The policy of the region does not open this study on that ground.',
      detailZh: '按区域策略，该检查不能以此依据调阅。',
    });
  }
  let ending: Ending = 'unknown';
  if (asked.ground === 'patientPresent') {
    // Before anything is compared: who guesses learns nothing from the answers of attempts that are over.
    if (!(await countAttempt(index, account, asked.reference))) throw noStudy();
    ending = await checkEnding(index, parts.personKeys, found, asked.identityDigits);
    const born = study.patient_birth_date;
    if (ending === 'different' || (born !== '' && asked.birthDate.replaceAll('-', '') !== born)) {
      // New references are no new attempts: who guesses has searched often before long.
      await countSearch(index, account);
      const { hospital, studyInstanceUid } = found;
      auditRefusal(parts, req, res, 'access-not-the-patient', { hospital, studyInstanceUid });
      throw notThePatient();
    }
  }
  const grant = await createGrant(index, {
    account: { id: account, name: caller.displayName },
    ...found,
    ground: asked.ground,
    purpose: treating(caller.purpose),
    hours: rules.hours,
    ...factsOf(asked, ending),
  });
  if (grant === null) throw noStudy();
  await auditEvent(parts, req, res, {
    action: asked.ground === 'breakGlass' ? 'breakGlass' : 'grant',
    hospital: grant.hospital,
    patientId: grant.patientId,
    studyInstanceUid: grant.studyInstanceUid,
    detail: {
      grant: grant.id,
      ground: grant.ground,
      viewing: grant.viewing,
      wholePatient: grant.wholePatient,
      reasonCode: grant.reasonCode,
      until: grant.expiresAt.toISOString(),
    },
  });
  res
    .set('Cache-Control', 'no-store')
    .status(201)
    .json(grantBody(grant, await hospitalRefs(index)));
}

/** How the digits compare with numbers that the person bears; unknown: none is known, so nothing was compared. */
type Ending = 'same' | 'different' | 'unknown';

/** What is kept of the answer to what a ground asks for. */
function factsOf(
  asked: GrantRequest,
  ending: Ending,
): {
  reasonCode: string;
  reason: string;
  evidence: Record<string, string>;
} {
  switch (asked.ground) {
    case 'recognition':
      return { reasonCode: '', reason: '', evidence: {} };
    case 'patientPresent': {
      const { identityDigits, birthDate } = asked;
      const checked: Record<string, string> = birthDate === '' ? {} : { birthDate: 'same' };
      return {
        reasonCode: '',
        reason: '',
        evidence: {
          ...checked,
          identityDigits: identityDigits.toUpperCase(),
          identityDigitsCompared: ending,
        },
      };
    }
    case 'consent':
      return { reasonCode: '', reason: '', evidence: { document: asked.document } };
    case 'breakGlass':
      return { reasonCode: asked.reasonCode, reason: asked.reason, evidence: {} };
  }
}

/** Of what never was found, is worn out, is another's, or may not be found any more: one answer. */
const noStudy = (): HttpProblem =>
  problem('not-found', {
    detail: 'There is no such study any more under this reference. Search again.',
    detailZh: '该检索结果已失效，请重新检索。',
  });

const notThePatient = (): HttpProblem =>
  new HttpProblem(
    403,
    'access-not-the-patient',
    'The date of birth or the digits of the document are not those of the patient. Make sure who is in front of you.',
    '出生日期或证件末位与患者记录不一致，请核对患者身份。',
  );
