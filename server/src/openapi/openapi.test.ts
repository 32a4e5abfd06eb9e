import { Router } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addWebhook,
  beginReevaluation,
  createAccount,
  createApiKey,
  inTransaction,
  loadConfig,
  noteChangeOf,
  recordPatientCorrection,
} from '@hutong/storage-config';
import { accountRoutes } from '../accounts/routes.ts';
import { catalogueChangeRoutes, catalogueRoutes, reevaluationRoutes } from '../catalogues/routes.ts';
import { changeRoutes } from '../changes/routes.ts';
import { conformanceRoutes, decisionRoutes } from '../conformance/routes.ts';
import { callerOf } from '../context.ts';
import { seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { keyRoutes } from '../keys/routes.ts';
import { patientCorrectionRoutes } from '../patientCorrections/routes.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import { worklistRoutes } from '../worklist/routes.ts';
import type { ServerParts } from '../context.ts';
import { examListRoutes } from '../examMappings/routes.ts';
import { historyRoutes, keptAsideRoutes } from '../corrections/routes.ts';
import { allFeatures } from '../features.ts';
import { resourcesOf } from '../resources.ts';
import { reviewRoutes } from '../reviews/routes.ts';
import { sessionRoutes } from '../session/routes.ts';
import { OPENAPI } from './document.ts';
import { openApiRoutes } from './routes.ts';
import type { Schema } from './schemaWords.ts';
import { SCHEMAS } from './schemas.ts';

let gateway: TestGateway;

/** Gives the caller of the test every right. */
function mayDoAll(): Router {
  return Router().use((_req, res, next) => {
    Object.assign(callerOf(res), {
      kind: 'person',
      rights: { read: null, correct: null, review: null, admin: null, accounts: null, keys: null },
    });
    next();
  });
}

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({
    api: [
      mayDoAll(),
      worklistRoutes(parts),
      catalogueRoutes(parts),
      catalogueChangeRoutes(parts),
      reevaluationRoutes(parts),
      conformanceRoutes(parts),
      decisionRoutes(parts),
      reviewRoutes(parts),
      examListRoutes(parts),
      changeRoutes(parts),
      webhookRoutes(parts),
      patientCorrectionRoutes(parts),
      historyRoutes(parts),
      keptAsideRoutes(parts),
      accountRoutes(parts),
      keyRoutes(parts),
      openApiRoutes(),
    ],
  }));
  const columns = { patient_birth_date: '19680303', study_date: '20240301' };
  const studyId = await seedStudy(gateway, { hospital: 'a', uid: '1.1', columns });
  await createAccount(gateway.index, {
    username: 'li',
    displayName: '李',
    roles: [{ role: 'clinician', hospital: 'a' }],
  });
  await createApiKey(gateway.index, { hospital: 'a', scopes: ['read'], networks: ['10.0.0.0/8'] });
  const both = { zh: '是', en: 'yes' };
  const item = {
    catalogue: { id: 'c', version: '1' },
    itemCode: 'CT-01',
    itemName: both,
    verdict: 'PASS',
    summary: both,
    identifiedBy: [],
    requirements: [{ id: 'R1', level: 'must', label: both, status: 'SATISFIED', reason: both, evidence: [] }],
  };
  await gateway.index.query(
    `INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
     VALUES ($1, 1, 'c', '1', '1', true, $2)`,
    [studyId, JSON.stringify({ results: [item], series: [] })],
  );
  await gateway.index.query(
    `INSERT INTO exam_mapping (hospital_code, code, item_codes, author_kind, author_id, author_name)
     VALUES ('a', '1', '{CT-01}', 'person', 'li', 'Li')`,
  );
  await gateway.index.query(
    `WITH exam AS (INSERT INTO exam_name (hospital_code, name, modality) VALUES ('a', '胸部CT平扫', 'CT') RETURNING exam_name_id)
     INSERT INTO study_exam_name (study_id, exam_name_id) SELECT $1, exam_name_id FROM exam`,
    [studyId],
  );
  const { rows: decisions } = await gateway.index.query<{ id: number }>(
    `INSERT INTO verdict_decision (study_id, item_code, catalogue_id, verdict, machine_verdict, evidence_sha256, reason,
                                   author_kind, author_id, author_name)
     VALUES ($1, 'CT-01', 'c', 'FAIL', 'PASS', '', 'x', 'person', 'li', 'Li') RETURNING verdict_decision_id AS id`,
    [studyId],
  );
  await gateway.index.query(
    `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict, verdict_decision_id, decision_stale)
     VALUES ($1, 'a', 'CT-01', 'PASS', 'PASS', $2, true)`,
    [studyId, decisions[0]?.id],
  );
  await gateway.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine')`,
    [studyId],
  );
  await inTransaction(gateway.index, (client) =>
    noteChangeOf(
      client,
      { hospital: 'a', studyInstanceUid: '1.1' },
      { action: 'stored', sopInstanceUids: ['1'] },
    ),
  );
  await beginReevaluation(gateway.index, { reason: 'request', filter: {}, requestedBy: 'x' });
  await addWebhook(gateway.index, { hospital: null, url: 'https://a.example/', actions: ['stored'] });
  const correcting = {
    author: { kind: 'person', id: 'x', name: 'x' },
    objects: gateway.objects,
    quietSeconds: 0,
  } as const;
  await recordPatientCorrection(
    gateway.index,
    correcting,
    'a',
    { kind: 'studyAttributes', studyInstanceUid: '1.1', values: { studyId: '1' } },
    { code: 'WRONG_DATA', text: '' },
  );
  const { rows } = await gateway.index.query<{ id: number }>(
    `INSERT INTO study_event (hospital_code, study_instance_uid, kind, reason_code, author_kind, author_id)
     VALUES ('a', '1.1', 'deleted', 'TEST', 'person', 'x') RETURNING study_event_id AS id`,
  );
  await gateway.index.query(
    `INSERT INTO former_instance (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, object_key,
                                  object_size, object_sha256, dataset_sha256, stored_at, why, study_event_id)
     VALUES ('a', '1.1', '1.1.1', '1.1.1.1', 'instances/x', 1, '', '', now(), 'deleted', $1)`,
    [rows[0]?.id],
  );
  await gateway.index.query(
    `INSERT INTO kept_aside (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, object_key, object_size,
                             object_sha256, dataset_sha256, reason, dataset)
     VALUES ('a', '1.1', '1.1.1', '1.1.1.2', 'instances/y', 1, '', '', 'DIFFERENT_DATASET', '{}')`,
  );
});
afterAll(() => gateway.close());

/** What of `value` the schema does not say, or says otherwise. */
function differences(value: unknown, schema: Schema, path = '$'): string[] {
  if (schema.$ref !== undefined) {
    return differences(value, SCHEMAS[schema.$ref.split('/').at(-1) ?? ''] ?? { enum: [] }, path);
  }
  if (schema.anyOf !== undefined) {
    const each = schema.anyOf.map((one) => differences(value, one, path));
    return each.find((found) => found.length === 0) ?? each[0] ?? [];
  }
  if (schema.enum?.includes(value as string) === false) return [`${path} is ${String(value)}`];
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.flatMap((one, i) => differences(one, schema.items ?? {}, `${path}[${i}]`));
  }
  if (schema.properties !== undefined && typeof value === 'object' && value !== null) {
    const properties = schema.properties;
    const missing = (schema.required ?? [])
      .filter((name) => !(name in value))
      .map((name) => `${path}.${name} missing`);
    const found = Object.entries(value).flatMap(([name, inner]) =>
      properties[name] === undefined
        ? [`${path}.${name} unknown`]
        : differences(inner, properties[name], `${path}.${name}`),
    );
    return [...missing, ...found];
  }
  const type = value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value;
  return schema.type === undefined || schema.type === type
    ? []
    : [`${path} is ${type}, not ${String(schema.type)}`];
}

test.each([
  ['/worklist', 'WorklistPage'],
  ['/worklist/facets', 'WorklistFacets'],
  ['/catalogue', 'Catalogue'],
  ['/catalogues', 'Catalogues'],
  ['/catalogues/difference?from=hechi-2024@1.0.0&to=suizhou@0.1.0', 'CatalogueDifference'],
  ['/catalogues/hechi-2024/1.0.0/history', 'CatalogueHistory'],
  ['/reevaluations', 'Reevaluations'],
  ['/studies/1.1/conformance', 'Conformance'],
  ['/studies/9.9/conformance', 'Problem'],
  ['/studies/1.1/conformance/history', 'ConformanceHistory'],
  ['/reviews', 'ReviewsPage'],
  ['/exam-mappings', 'ExamMappingsPage'],
  ['/exam-mappings/unmapped', 'UnmappedExamsPage'],
  ['/reviews/facets', 'ReviewFacets'],
  ['/correction-reasons', 'CorrectionReasons'],
  ['/corrections', 'CorrectionsPage'],
  ['/studies/1.1/history', 'CorrectionsPage'],
  ['/kept-aside', 'KeptAsidePage'],
  ['/kept-aside/facets', 'KeptAsideFacets'],
  ['/kept-aside/9', 'Problem'],
  ['/changes', 'ChangesPage'],
  ['/changes/position', 'ChangesPosition'],
  ['/webhooks', 'Webhooks'],
  ['/accounts', 'AccountsPage'],
  ['/accounts/choices', 'AccountChoices'],
  ['/keys', 'KeysPage'],
  ['/keys/choices', 'KeyChoices'],
  ['/patient-corrections', 'PatientCorrections'],
  ['/patient-corrections/1', 'PatientCorrection'],
])('the body of %s is as the document says', async (path, schema) => {
  const response = await fetch(`${gateway.url}/api${path}`);
  expect(differences(await response.json(), SCHEMAS[schema] ?? {})).toEqual([]);
});

test('the document describes every method of every address, and no others', () => {
  const described = Object.entries(OPENAPI.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`),
  );
  // Made to be looked at: no request comes.
  const parts = { config: loadConfig({}) } as ServerParts;
  const { api, managed, publicApi } = allFeatures(parts);
  const answered = resourcesOf([...publicApi, ...managed, ...api, sessionRoutes(parts)]).map(
    ({ method, path }) => `${method} ${path.replace(/:\w+/g, '{}')}`,
  );
  expect(described.toSorted()).toEqual(answered.toSorted());
});

test('the document names each address and refers to schemas that exist', async () => {
  const response = await fetch(`${gateway.url}/api/openapi.json`);
  const text = await response.text();
  const document = JSON.parse(text) as { openapi: string; paths: object };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/worklist', '/catalogue', '/studies/{studyInstanceUid}/conformance']),
  );
  const referred = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name = '']) => name);
  expect(referred.filter((name) => SCHEMAS[name] === undefined)).toEqual([]);
});
