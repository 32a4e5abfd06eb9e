import { type Request, type Response, Router } from 'express';
import type { ServerParts } from '../context.ts';
import { uidOf } from '../dicomweb/path.ts';
import { sendAllBulkData } from './bulk/allBulkData.ts';
import { sendBulkData } from './bulk/bulkData.ts';
import { parseFrameList, sendFrames } from './frames/frames.ts';
import { sendInstances } from './instances/instances.ts';
import type { InstancePath, RetrievePath } from './lookUp.ts';
import { sendMetadata } from './metadata.ts';
import { sendRendered } from './rendered/rendered.ts';
import { sendThumbnail } from './thumbnails/thumbnails.ts';

const STUDY = '/studies/:study';
const SERIES = `${STUDY}/series/:series`;
const INSTANCE = `${SERIES}/instances/:instance`;

/**
 * WADO-RS below a DICOMweb root: stored objects, metadata, frames and bulk data (PS3.18 10.4). Answers HEAD as well.
 *
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.4.html
 */
export function wadoRoutes(
  parts: Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit' | 'log'>,
): Router {
  const router = Router();
  for (const resource of [STUDY, SERIES, INSTANCE]) {
    router.get(resource, (req, res) => sendInstances(parts, pathOf(req), req, res));
    router.get(`${resource}/metadata`, (req, res) => sendMetadata(parts, pathOf(req), req, res));
    router.get(`${resource}/bulkdata`, (req, res) => sendAllBulkData(parts, pathOf(req), 'all', req, res));
    router.get(`${resource}/rendered`, (req, res) => sendRendered(parts, pathOf(req), null, req, res));
    router.get(`${resource}/thumbnail`, (req, res) => sendThumbnail(parts, pathOf(req), null, req, res));
    router.get(`${resource}/pixeldata`, (req, res) =>
      sendAllBulkData(parts, pathOf(req), 'pixelData', req, res),
    );
  }
  router.get(`${INSTANCE}/frames/:frames`, (req: Request, res: Response) =>
    sendFrames(parts, instancePathOf(req), parseFrameList(String(req.params['frames'])), req, res),
  );
  router.get(`${INSTANCE}/frames/:frames/rendered`, (req: Request, res: Response) =>
    sendRendered(parts, pathOf(req), parseFrameList(String(req.params['frames'])), req, res),
  );
  router.get(`${INSTANCE}/frames/:frames/thumbnail`, (req: Request, res: Response) =>
    sendThumbnail(parts, pathOf(req), parseFrameList(String(req.params['frames'])), req, res),
  );
  router.get(`${INSTANCE}/bulkdata/*path`, (req: Request, res: Response) => {
    const path = req.params['path'];
    return sendBulkData(
      parts,
      instancePathOf(req),
      Array.isArray(path) ? path.join('/') : String(path),
      req,
      res,
    );
  });
  return router;
}

function pathOf(req: Request): RetrievePath {
  const { study, series, instance } = req.params;
  return {
    study: uidOf(study, 'StudyInstanceUID'),
    series: series === undefined ? null : uidOf(series, 'SeriesInstanceUID'),
    instance: instance === undefined ? null : uidOf(instance, 'SOPInstanceUID'),
  };
}

function instancePathOf(req: Request): InstancePath {
  const { study, series, instance } = req.params;
  return {
    study: uidOf(study, 'StudyInstanceUID'),
    series: uidOf(series, 'SeriesInstanceUID'),
    instance: uidOf(instance, 'SOPInstanceUID'),
  };
}
