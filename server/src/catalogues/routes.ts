import { type Catalogue, catalogueDifference } from '@hutong/conformance';
import {
  catalogueDocument,
  catalogueEvents,
  findCatalogue,
  listCatalogues,
  studiesOfCatalogues,
} from '@hutong/storage-config';
import { Router } from 'express';
import { withoutPatients } from '../audit/audit.ts';
import { callerOf, hospitalsWith } from '../context.ts';
import type { CatalogueVersionBody } from '../contract/conformance.ts';
import { cataloguesOf, currentCatalogue } from '../dicomweb/currentCatalogue.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { problem } from '../problem.ts';
import { catalogueBody, versionBody } from './bodies.ts';
import { type CatalogueParts, noCatalogue } from './parts.ts';

export { catalogueChangeRoutes } from './changeRoutes.ts';
export { reevaluationRoutes } from './reevaluationRoutes.ts';

const NAMED = /^([a-z0-9][a-z0-9.-]{0,63})@([0-9A-Za-z][0-9A-Za-z.-]{0,31})$/;

/**
 * Below `/api`: the list in force (`/catalogue`) and all versions of all lists, for everyone who may read. Imports, changes of
 * state and re-evaluations are for administrators of the region.
 */
export function catalogueRoutes(parts: CatalogueParts): Router {
  const { index } = parts;
  const router = Router();

  router.get('/catalogue', async (req, res) => {
    withoutPatients(res);
    const query = new Map(queryParameters(req.originalUrl));
    const [id, version] = [query.get('id'), query.get('version')];
    const catalogue =
      id === undefined && version === undefined
        ? await currentCatalogue(parts)
        : await readVersion(id ?? '', version ?? '');
    res.set('Cache-Control', 'private, no-cache').json(catalogueBody(catalogue));
  });

  router.get('/catalogues', async (_req, res) => {
    withoutPatients(res);
    const hospitals = hospitalsWith(callerOf(res), 'read');
    const [versions, studies] = await Promise.all([
      listCatalogues(index),
      studiesOfCatalogues(index, hospitals),
    ]);
    const catalogues: CatalogueVersionBody[] = versions.map((one) =>
      versionBody(one, studies.get(`${one.id}@${one.version}`) ?? 0),
    );
    res.set('Cache-Control', 'private, no-cache').json({ catalogues });
  });

  router.get('/catalogues/difference', async (req, res) => {
    withoutPatients(res);
    const query = new Map(queryParameters(req.originalUrl));
    const [from, to] = await Promise.all(
      ['from', 'to'].map((side) => {
        const [, id, version] = NAMED.exec(query.get(side) ?? '') ?? [];
        if (id === undefined || version === undefined)
          throw problem('bad-request', {
            detail: `The parameter ${side} is written id@version.`,
            detailZh: `参数 ${side} 的写法为 id@version。`,
          });
        return readVersion(id, version);
      }),
    );
    if (from === undefined || to === undefined) throw noCatalogue();
    res.set('Cache-Control', 'private, no-cache').json(catalogueDifference(from, to));
  });

  router.get('/catalogues/:id/:version/document', async (req, res) => {
    withoutPatients(res);
    const { id, version } = req.params;
    const document = NAMED.test(`${id}@${version}`) ? await catalogueDocument(index, id, version) : null;
    if (document === null) throw noCatalogue();
    res
      .set('Cache-Control', 'private, no-cache')
      .set('Content-Disposition', `attachment; filename="${id}-${version}.json"`)
      .type('application/json')
      .send(document);
  });

  router.get('/catalogues/:id/:version/history', async (req, res) => {
    withoutPatients(res);
    const { id, version } = req.params;
    if ((await findCatalogue(index, id, version)) === null) throw noCatalogue();
    const events = (await catalogueEvents(index, id, version)).map(({ at, ...event }) => ({
      ...event,
      at: at.toISOString(),
    }));
    res.set('Cache-Control', 'private, no-cache').json({ events });
  });

  /** @throws HttpProblem 404 */
  async function readVersion(id: string, version: string): Promise<Catalogue> {
    const found = NAMED.test(`${id}@${version}`) ? await cataloguesOf(index).read(index, id, version) : null;
    if (found === null) throw noCatalogue();
    return found;
  }

  return router;
}
