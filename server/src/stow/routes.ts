import path from 'node:path';
import { createMemoryBudget, parseUid, type MemoryBudget } from '@hutong/dicom';
import { ensureHospital, findHospital } from '@hutong/storage-config';
import { Router, type Request, type Response } from 'express';
import { authorOf, callerOf, may, requestIdOf, rootOf, type ServerParts } from '../context.ts';
import { auditAccess } from '../audit/audit.ts';
import { keepOpen } from '../openWork.ts';
import { problem } from '../problem.ts';
import { continueBody, heldBodyOf } from '../requestBody.ts';
import { addLogFields } from '../requestLog.ts';
import { bodyKindOf, type BodyKind } from './bodyKind.ts';
import { BodyReader } from './bodyReader.ts';
import { decodedBody } from './contentDecoding.ts';
import { IndexQueue } from './indexQueue.ts';
import { MAX_METADATA_BYTES, MetadataSink } from './metadataSink.ts';
import type { MetadataFormat } from './parseMetadata.ts';
import { instanceSink, type BodyEnd } from './receiveBody.ts';
import { FAILURE_REASONS } from './reasons.ts';
import type { PartOutcome } from './response.ts';
import { Quotas } from './quotas.ts';
import { SpoolFolder } from './spool.ts';
import { answer, languageOf, negotiateResponse } from './storeAnswer.ts';
import { InstanceStorer } from './storeInstances.ts';
import { StoreSlots, type StoreSlot } from './storeSlots.ts';
import { WeightGate } from './weightGate.ts';

/** What all stores of the process share. */
interface StoreParts extends ServerParts {
  indexQueue: IndexQueue;
  spools: SpoolFolder;
  metadataGate: WeightGate;
  pictureGate: WeightGate;
  memory: MemoryBudget;
  quotas: Quotas;
}

/** What the datasets that are being read may take in memory, in bytes: all of the process together. */
const MEMORY_FOR_DATASETS = 64 * 1024 * 1024;

/**
 * Store transaction (PS3.18 10.5): `POST /studies` and `POST /studies/{study}` with `application/dicom` parts of
 * `multipart/related`, or one instance as `application/dicom`; or with metadata (`application/dicom+json`,
 * `application/dicom+xml`) and bulk data parts, or metadata alone. 200, 202 and 409 answer with the Store Instances
 * Response of Annex I.2; an instance that is named in its Referenced SOP Sequence is durable and findable.
 */
export function stowRoutes(parts: ServerParts): Router {
  const router = Router();
  const { maxConcurrentStores, uploadTimeoutSeconds, dataDirectory, spoolGigabytes } = parts.config;
  const slots = new StoreSlots(maxConcurrentStores, uploadTimeoutSeconds * 1000);
  const shared: StoreParts = {
    ...parts,
    indexQueue: new IndexQueue({ index: parts.index, quietSeconds: parts.config.quietSeconds }, parts.log),
    spools: new SpoolFolder(path.join(dataDirectory, 'spool'), spoolGigabytes * 1024 ** 3),
    metadataGate: new WeightGate(2 * MAX_METADATA_BYTES),
    pictureGate: new WeightGate(1),
    memory: createMemoryBudget(MEMORY_FOR_DATASETS),
    quotas: new Quotas(parts),
  };
  router.post(['/studies', '/studies/:study'], async (req, res) => {
    const slot = slots.take();
    try {
      await keepOpen(res, store(shared, slot, req, res));
    } finally {
      slots.release(slot);
    }
  });
  return router;
}

async function store(parts: StoreParts, slot: StoreSlot, req: Request, res: Response): Promise<void> {
  const { objects, config, log, indexQueue, memory } = parts;
  const studyInstanceUid = studyOfPath(req);
  const kind = bodyKindOf(req);
  const answerAs = negotiateResponse(req);
  const hospital = await hospitalOf(parts, res);
  await parts.quotas.check(hospital);
  const held = heldBodyOf(res);
  const body = new BodyReader(decodedBody(req, held), {
    idleMs: config.uploadTimeoutSeconds * 1000,
    isCut: () => held.cut,
  });
  slot.body = body;
  continueBody(req, res);

  const storer = new InstanceStorer({
    hospital,
    objects,
    indexQueue,
    memory,
    correcting: may(callerOf(res), 'correct', hospital) ? { author: authorOf(callerOf(res)), objects } : null,
    studyInstanceUid,
    metadata: { hospital, 'received-at': receivedAt(), caller: callerOf(res).id },
    log: log.child({ requestId: requestIdOf(res) }),
  });
  let end: BodyEnd;
  let outcomes: PartOutcome[];
  try {
    end =
      kind.metadata === null
        ? await kind.receive(body, instanceSink(storer))
        : await receiveMetadata(parts, {
            ...kind,
            format: kind.metadata,
            body,
            storer,
            url: urlOf(req, res),
          });
  } finally {
    body.close();
    // Whatever happened, what was accepted is stored before the request ends.
    outcomes = await storer.settle();
    const { keptBytes, counts } = storer;
    parts.quotas.add(hospital, keptBytes, counts.get('added') ?? 0);
  }
  addLogFields(res, logFields(outcomes, storer.counts, end));
  await auditStore(parts, { req, res, hospital, outcomes, studies: storer.studies });
  await answer(res, outcomes, end, { answerAs, language: languageOf(req) });
}

/** Records what was stored, by study, and why what was refused was. @throws HttpProblem 503; sending again is right then */
async function auditStore(
  parts: StoreParts,
  {
    req,
    res,
    hospital,
    outcomes,
    studies,
  }: {
    req: Request;
    res: Response;
    hospital: string;
    outcomes: readonly PartOutcome[];
    studies: InstanceStorer['studies'];
  },
): Promise<void> {
  const stored = [...studies].map(([studyInstanceUid, { patientId, instances }]) =>
    auditAccess(parts, req, res, {
      action: 'store',
      hospital,
      patientId,
      studyInstanceUid,
      count: instances,
    }),
  );
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const reasons = [...new Set(failed.map(({ reason }) => FAILURE_REASONS[reason].code))].sort(
    (a, b) => a - b,
  );
  const refused =
    failed.length === 0
      ? []
      : [
          auditAccess(parts, req, res, {
            action: 'store',
            outcome: 'failed',
            hospital,
            count: failed.length,
            detail: { reasons },
          }),
        ];
  await Promise.all([...stored, ...refused]);
}

/** To the second, so that stores of one second share a metadata file; the key has the milliseconds. */
function receivedAt(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** StudyInstanceUID of the path, or null. @throws HttpProblem 400 */
function studyOfPath(req: Request): string | null {
  const { study } = req.params as { study?: string };
  if (study === undefined) return null;
  const uid = parseUid(study);
  if (uid !== null) return uid;
  throw problem('bad-request', {
    detail: 'The StudyInstanceUID of the path is not a UID of at most 64 characters.',
    detailZh: '路径中的 StudyInstanceUID 不是合法的 UID（最长 64 个字符）。',
  });
}

/** Receives a body of metadata and bulk data, and composes what it describes. */
async function receiveMetadata(
  { spools, metadataGate, pictureGate }: StoreParts,
  request: {
    receive: BodyKind['receive'];
    format: MetadataFormat;
    start: string | null;
    body: BodyReader;
    storer: InstanceStorer;
    url: string;
  },
): Promise<BodyEnd> {
  const { receive, body, ...context } = request;
  const spool = await spools.open();
  try {
    const sink = new MetadataSink({ ...context, spool, gate: metadataGate, pictureGate });
    const end = await receive(body, sink);
    await sink.finish();
    // Objects that are becoming durable were read from the spool before.
    return end;
  } finally {
    await spool.close();
  }
}

/** The URL that was asked, as relative URIs in the body are resolved against it. */
const urlOf = (req: Request, res: Response): string => `${rootOf(res).url}${req.path}`;

/**
 * The hospital that the instances will belong to: the credential's, never one that the sender names. Only a trial
 * without credentials takes it from the path. @throws HttpProblem 403, 404
 */
async function hospitalOf({ index, config }: ServerParts, res: Response): Promise<string> {
  const caller = callerOf(res);
  const { hospital } = rootOf(res);
  if (caller.kind === 'trial') {
    const asked = hospital ?? config.defaultHospital;
    if (asked === config.defaultHospital) await ensureHospital(index, asked);
    else if ((await findHospital(index, asked)) === null) throw problem('not-found');
    return asked;
  }
  if (caller.storesFor !== null && (hospital === null || hospital === caller.storesFor))
    return caller.storesFor;
  throw problem('forbidden', {
    detail: 'This credential does not store for this hospital.',
    detailZh: '当前凭证无权为该医院存储影像。',
  });
}

/** One line a request says what became of its instances. */
function logFields(
  outcomes: readonly PartOutcome[],
  counts: InstanceStorer['counts'],
  end: BodyEnd,
): Record<string, number | string> {
  const reasons = Map.groupBy(
    outcomes.filter((outcome) => outcome.kind === 'failed'),
    (outcome) => outcome.reason,
  );
  const failures = [...reasons].map(([reason, failed]) => `${reason}:${failed.length}`).join(',');
  const corrected = counts.get('corrected') ?? 0;
  return {
    stored: counts.get('added') ?? 0,
    known: counts.get('known') ?? 0,
    ...(corrected === 0 ? {} : { corrected }),
    failed: outcomes.filter((outcome) => outcome.kind === 'failed').length,
    ...(failures === '' ? {} : { failures }),
    ...(end === 'whole' ? {} : { body: end }),
  };
}
