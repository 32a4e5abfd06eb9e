import { ROLES, SCOPES } from '@hutong/storage-config';
import { ACCESS_SCHEMAS } from './accessPaths.ts';
import { ACCOUNT_SCHEMAS, sessionAccount } from './accountPaths.ts';
import { AUDIT_SCHEMAS } from './auditPaths.ts';
import { CATALOGUE_SCHEMAS } from './cataloguePaths.ts';
import { CORRECTION_SCHEMAS } from './correctionSchemas.ts';
import { DECISION_SCHEMAS } from './decisionSchemas.ts';
import { FEED_SCHEMAS } from './feedSchemas.ts';
import { FIGURE_SCHEMAS } from './figurePaths.ts';
import { LIMIT_SCHEMAS } from './limitPaths.ts';
import { CLIENT_SCHEMAS } from './clientPaths.ts';
import { LABEL_SCHEMAS } from './labelSchemas.ts';
import { ORDER_SCHEMAS } from './orderSchemas.ts';
import { PERSON_SCHEMAS } from './personPaths.ts';
import { PEOPLE_SCHEMAS } from './peoplePaths.ts';
import { PRIVACY_SCHEMAS } from './privacyPaths.ts';
import { PUBLICATION_SCHEMAS } from './publicationPaths.ts';
import { RECOGNITION_SCHEMAS } from './recognitionSchemas.ts';
import { REGISTRY_SCHEMAS } from './registrySchemas.ts';
import { REMINDER_SCHEMAS } from './reminderSchemas.ts';
import { SHARE_SCHEMAS } from './sharePaths.ts';
import { SIGN_IN_SCHEMAS } from './signInPaths.ts';
import { body, flag, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const notListed = body({ reason: oneOf('NOT_IN_LIST', 'NOT_ELIGIBLE'), text: ref('Bilingual') });

const worklistStudy = body({
  hospital: ref('Hospital'),
  studyInstanceUid: text(),
  patient: body({
    name: text('Ideographic name where there is one, else alphabetic'),
    alphabeticName: text(),
    id: text(),
    sex: oneOf('M', 'F', 'O', ''),
    birthDate: text('YYYY-MM-DD or empty'),
    age: orNull(body({ value: whole, unit: oneOf('Y', 'M', 'D') })),
  }),
  studyDate: text('YYYY-MM-DD or empty'),
  studyTime: text('HH:mm or empty'),
  description: text(),
  accessionNumber: text(),
  modalities: list(text()),
  numberOfSeries: whole,
  numberOfInstances: whole,
  status: oneOf('pending', 'done'),
  notListed: orNull(notListed),
  items: list(
    body({
      code: text(),
      name: ref('Bilingual'),
      verdict: ref('Verdict'),
      summary: ref('Bilingual'),
      decided: flag,
      stale: flag,
    }),
  ),
  labels: list(body({ text: text(), scope: text(), itemCode: text(), state: ref('LabelState') })),
  receivedAt: { type: 'string', format: 'date-time' },
});

const requirementLevel = oneOf('must', 'should', 'conditional', 'info');

/** JSON Schemas of the bodies of `/api`, as OpenAPI 3.1 takes them; `contract.ts` holds the same as types. */
export const SCHEMAS: Record<string, Schema> = {
  ...REMINDER_SCHEMAS,
  ...CATALOGUE_SCHEMAS,
  ...CORRECTION_SCHEMAS,
  ...DECISION_SCHEMAS,
  ...FEED_SCHEMAS,
  ...LABEL_SCHEMAS,
  ...ORDER_SCHEMAS,
  ...PERSON_SCHEMAS,
  ...AUDIT_SCHEMAS,
  ...FIGURE_SCHEMAS,
  ...LIMIT_SCHEMAS,
  ...ACCESS_SCHEMAS,
  ...SIGN_IN_SCHEMAS,
  ...ACCOUNT_SCHEMAS,
  ...PEOPLE_SCHEMAS,
  ...CLIENT_SCHEMAS,
  ...PRIVACY_SCHEMAS,
  ...PUBLICATION_SCHEMAS,
  ...RECOGNITION_SCHEMAS,
  ...REGISTRY_SCHEMAS,
  ...SHARE_SCHEMAS,
  Bilingual: body({ zh: text(), en: text() }),
  Hospital: body({ code: text(), name: ref('Bilingual') }),
  Verdict: oneOf('PASS', 'FAIL', 'REVIEW'),
  LabelState: oneOf('proposed', 'applied', 'withdrawn'),
  Problem: body({
    type: text(),
    title: text(),
    status: whole,
    code: text('Stable, lower case with hyphens'),
    detail: text(),
    detailZh: text(),
    requestId: text(),
  }),
  Session: body({
    subject: text(),
    displayName: text(),
    role: oneOf(...ROLES, 'machine', 'trial', 'share'),
    account: sessionAccount,
    expiresAt: orNull({ type: 'string', format: 'date-time' }),
    idleEndsAt: orNull({ type: 'string', format: 'date-time' }),
    rights: {
      type: 'object',
      description: 'Codes of the hospitals that each right held is for; null: all',
      properties: Object.fromEntries(SCOPES.map((scope) => [scope, orNull(list(text('Hospital code')))])),
    },
    deletedKeepDays: whole,
    purpose: text('Code of HL7 PurposeOfUse that patients are read for now'),
    purposes: list(text()),
  }),
  WorklistPage: body({
    studies: list(worklistStudy),
    next: orNull(text('Cursor of the next page')),
    total: body({ value: whole, capped: flag }),
  }),
  WorklistFacets: body({
    hospitals: list(ref('Hospital')),
    items: list(body({ code: text(), name: ref('Bilingual'), category: oneOf('DR', 'CT', 'MR') })),
    labels: list(text()),
  }),
  Catalogue: body({
    id: text(),
    version: text(),
    source: text(),
    items: list(
      body({
        code: text(),
        category: oneOf('DR', 'CT', 'MR'),
        name: ref('Bilingual'),
        text: text('Verbatim Chinese text of the list'),
        requirements: list(
          body({
            id: text(),
            level: requirementLevel,
            label: ref('Bilingual'),
            basis: text(),
            inferred: flag,
          }),
        ),
      }),
    ),
  }),
  Requirement: body({
    id: text(),
    level: requirementLevel,
    label: ref('Bilingual'),
    status: oneOf('SATISFIED', 'NOT_SATISFIED', 'UNDECIDED'),
    reason: ref('Bilingual'),
    evidence: list(body({ seriesInstanceUid: text(), note: ref('Bilingual') })),
  }),
  Conformance: body(
    {
      status: oneOf('pending', 'done'),
      settled: flag,
      revision: orNull(whole),
      hospital: ref('Hospital'),
      notListed,
      results: list(
        body({
          catalogue: body({ id: text(), version: text() }),
          itemCode: text(),
          itemName: ref('Bilingual'),
          verdict: ref('Verdict'),
          summary: ref('Bilingual'),
          identifiedBy: list({ type: 'object' }),
          requirements: list(ref('Requirement')),
          effectiveVerdict: ref('Verdict'),
          decision: orNull(ref('Decision')),
          evidence: text('Digest of what the verdict rests on'),
        }),
      ),
      series: list({
        type: 'object',
        description: 'What was understood of a series (weighting, plane, contrast phase, …) and why',
      }),
      labels: list(
        body({
          text: text(),
          scope: text(),
          itemCode: text(),
          state: ref('LabelState'),
          validFrom: { type: 'string', format: 'date-time' },
          reason: ref('Bilingual'),
        }),
      ),
      catalogue: orNull(body({ id: text(), version: text(), title: ref('Bilingual') })),
      catalogueChoice: orNull(oneOf('inForce', 'beforeFirst', 'afterLast', 'otherRegion')),
      engineVersion: orNull(text()),
      evaluatedAt: orNull({ type: 'string', format: 'date-time' }),
      mayDecide: flag,
    },
    'notListed',
  ),
};
