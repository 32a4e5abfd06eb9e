import {
  type Catalogue,
  type CatalogueFault,
  catalogueDifference,
  chooseCatalogue,
  readCatalogueDocument,
} from '@hutong/conformance';
import {
  affectedStudies,
  cataloguesInForce,
  chineseDay,
  type CatalogueVersion,
  changeCatalogueState,
  importCatalogue,
  inTransaction,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import type pg from 'pg';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { callerOf, requestIdOf } from '../context.ts';
import type { CatalogueImport, CatalogueStateChange } from '../contract/conformance.ts';
import { cataloguesOf } from '../dicomweb/currentCatalogue.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { keepOpen } from '../openWork.ts';
import { HttpProblem, problem, problemBody } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { reevaluationBody, versionBody } from './bodies.ts';
import { type CatalogueParts, noCatalogue, regionAdministrator } from './parts.ts';

const DOCUMENT_LIMIT = 5 * 1024 * 1024;
const STATE_LIMIT = 4096;

const stateChange = z.union([
  z.strictObject({
    state: z.literal('inForce'),
    effectiveFrom: z.iso.date().optional(),
    effectiveUntil: z.iso.date().nullable().optional(),
  }),
  z.strictObject({ state: z.literal('withdrawn') }),
]);

/** Imports of lists, and changes of their state. */
export function catalogueChangeRoutes(parts: CatalogueParts): Router {
  const router = Router();
  router.post('/catalogues', ...regionAdministrator, ...smallJson(DOCUMENT_LIMIT), (req, res) =>
    keepOpen(res, bring(parts, req, res)),
  );
  router.post(
    '/catalogues/:id/:version/state',
    ...regionAdministrator,
    ...smallJson(STATE_LIMIT),
    (req, res) => keepOpen(res, change(parts, req, res)),
  );
  return router;
}

/** Thrown to undo a dry run. */
class DryRun extends Error {
  readonly answer: CatalogueImport;

  constructor(answer: CatalogueImport) {
    super('dry run');
    this.answer = answer;
  }
}

async function bring(parts: CatalogueParts, req: Request, res: Response): Promise<void> {
  const dryRun = new Map(queryParameters(req.originalUrl)).get('dryRun') === 'true';
  const document: unknown = req.body;
  const { catalogue, faults } = readCatalogueDocument(document ?? null);
  res.set('Cache-Control', 'no-store');
  if (catalogue === null) {
    sendFaults(res, faults);
    return;
  }
  try {
    const { answer, isNew } = await inTransaction(parts.index, async (client) => {
      const imported = await importCatalogue(client, {
        document,
        catalogue,
        by: callerOf(res).displayName,
      });
      if (imported.outcome === 'differs') throw differs(catalogue);
      const given = await answerOf(parts, client, catalogue, imported.version);
      if (dryRun) throw new DryRun(given);
      return { answer: given, isNew: imported.outcome === 'added' };
    });
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { of: 'catalogue', id: catalogue.id, version: catalogue.version, imported: isNew },
    });
    res.status(201).json(answer);
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
    withoutPatients(res);
    res.json(error.answer);
  }
}

/** What an import means: the difference from what is in force in its region, and how many studies it would concern. */
async function answerOf(
  { index, config }: CatalogueParts,
  client: pg.PoolClient,
  catalogue: Catalogue,
  version: CatalogueVersion,
): Promise<CatalogueImport> {
  const before = await cataloguesInForce(client);
  const { region } = version;
  const today = chineseDay();
  const present = chooseCatalogue(before, region.code, today, region.code);
  const inForce =
    present === null ? null : await cataloguesOf(index).read(client, present.id, present.version);
  const after = before.filter(
    ({ id, from, version: other }) =>
      id !== version.id || (from !== version.effectiveFrom && other !== version.version),
  );
  const { studies } = await affectedStudies(
    client,
    before,
    [
      ...after,
      {
        id: version.id,
        version: version.version,
        region: region.code,
        from: version.effectiveFrom,
        until: version.effectiveUntil,
        since: new Date().toISOString(),
      },
    ],
    config.regionCode,
  );
  return {
    catalogue: versionBody(version, 0),
    errors: [],
    difference: inForce === null ? null : catalogueDifference(inForce, catalogue),
    studies,
  };
}

function sendFaults(res: Response, faults: CatalogueFault[]): void {
  const [first] = faults;
  const error = new HttpProblem(
    400,
    'bad-catalogue',
    `The document is no list that can be used: ${first?.path === '' ? '' : `${first?.path ?? ''}: `}${first?.text.en ?? ''}`,
    `该文档不是可用的互认清单：${first?.path === '' ? '' : `${first?.path ?? ''}：`}${first?.text.zh ?? ''}`,
  );
  const answer: CatalogueImport = { catalogue: null, errors: faults, difference: null, studies: 0 };
  res
    .status(400)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problemBody(error, requestIdOf(res)), ...answer }));
}

const differs = ({ id, version }: Catalogue): HttpProblem =>
  new HttpProblem(
    409,
    'catalogue-differs',
    `${id}@${version} was imported with other content. A changed list needs a version of its own.`,
    `${id}@${version} 已以不同内容导入；修改后的清单须使用新的版本号。`,
  );

async function change(parts: CatalogueParts, req: Request, res: Response): Promise<void> {
  const parsed = stateChange.safeParse(req.body);
  if (!parsed.success)
    throw problem('bad-request', {
      detail:
        'The body is {"state": "inForce", "effectiveFrom"?: "YYYY-MM-DD", "effectiveUntil"?: "YYYY-MM-DD" | null} or {"state": "withdrawn"}.',
      detailZh:
        '请求内容应为 {"state": "inForce", "effectiveFrom"?: "YYYY-MM-DD", "effectiveUntil"?: "YYYY-MM-DD" | null} 或 {"state": "withdrawn"}。',
    });
  const { index, config } = parts;
  const id = String(req.params['id']);
  const version = String(req.params['version']);
  const { state, ...dates } = { effectiveFrom: undefined, effectiveUntil: undefined, ...parsed.data };
  const outcome = await inTransaction(index, (client) =>
    changeCatalogueState(client, {
      id,
      version,
      state,
      ...(dates.effectiveFrom === undefined ? {} : { effectiveFrom: dates.effectiveFrom }),
      ...(dates.effectiveUntil === undefined ? {} : { effectiveUntil: dates.effectiveUntil }),
      by: callerOf(res).displayName,
      defaultRegion: config.regionCode,
    }),
  );
  switch (outcome.outcome) {
    case 'absent':
      throw noCatalogue();
    case 'notInForce':
      throw new HttpProblem(
        409,
        'catalogue-not-in-force',
        'A draft that was never in force cannot be withdrawn.',
        '从未生效的草案不能废止。',
      );
    case 'badDates':
      throw problem('bad-request', {
        detail: 'effectiveUntil lies before effectiveFrom.',
        detailZh: 'effectiveUntil 早于 effectiveFrom。',
      });
    case 'changed':
    case 'unchanged': {
      await auditEvent(parts, req, res, {
        action: 'configure',
        detail: { of: 'catalogue', id, version, ...parsed.data },
      });
      const answer: CatalogueStateChange = {
        catalogue: versionBody(outcome.version, 0),
        reevaluation: outcome.reevaluation === null ? null : reevaluationBody(outcome.reevaluation),
      };
      res.set('Cache-Control', 'no-store').json(answer);
    }
  }
}
