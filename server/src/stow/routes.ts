import path from 'node:path';
import { createMemoryBudget, parseUid, serialiseDicomJson, type MemoryBudget } from '@hutong/dicom';
import { ensureHospital, findHospital } from '@hutong/storage-config';
import { Router, type Request, type Response } from 'express';
import { authorOf, callerOf, mayCorrect, requestIdOf, rootOf, type ServerParts } from '../context.ts';
import { acceptableRanges, negotiate, notAcceptable, type Representation } from '../dicomweb/accept.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';
import { keepOpen } from '../openWork.ts';
import { problem } from '../problem.ts';
import { continueBody, heldBodyOf } from '../requestBody.ts';
import { addLogFields } from '../requestLog.ts';
import { BodyReader } from './bodyReader.ts';
import { decodedBody } from './contentDecoding.ts';
import { IndexQueue } from './indexQueue.ts';
import { isBoundary, parseMediaType } from './mediaType.ts';
import { MAX_METADATA_BYTES, metadataFormat, MetadataSink } from './metadataSink.ts';
import type { MetadataFormat } from './parseMetadata.ts';
import type { PartSink } from './partSink.ts';
import { instanceSink, receiveMultipart, receiveSingle, type BodyEnd } from './receiveBody.ts';
import { FAILURE_REASONS } from './reasons.ts';
import { storeResponse, storeStatus, studyUrl, type CommentLanguage, type PartOutcome } from './response.ts';
import { WARNING_REASONS } from './warnings.ts';
import { WeightGate } from './weightGate.ts';
import { SpoolFolder } from './spool.ts';
import { InstanceStorer } from './storeInstances.ts';
import { StoreSlots, type StoreSlot } from './storeSlots.ts';

const RETRY_AFTER = { 'Retry-After': '2' };

/** What all stores of the process share. */
interface StoreParts extends ServerParts {
  indexQueue: IndexQueue;
  spools: SpoolFolder;
  metadataGate: WeightGate;
  pictureGate: WeightGate;
  memory: MemoryBudget;
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
    correcting: mayCorrect(callerOf(res), hospital) ? { author: authorOf(callerOf(res)), objects } : null,
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
  }
  addLogFields(res, logFields(outcomes, storer.counts, end));
  answer(res, outcomes, end, { answerAs, language: languageOf(req) });
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

interface BodyKind {
  receive: (body: BodyReader, sink: PartSink) => Promise<BodyEnd>;
  /** How instances are described, where they do not come as files. */
  metadata: MetadataFormat | null;
}

/** Receives a body of metadata and bulk data, and composes what it describes. */
async function receiveMetadata(
  { spools, metadataGate, pictureGate }: StoreParts,
  request: {
    receive: BodyKind['receive'];
    format: MetadataFormat;
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

/** How the body is read, by its Content-Type. @throws HttpProblem 400, 415 */
function bodyKindOf(req: Request): BodyKind {
  const header = req.get('content-type') ?? '';
  const type = parseMediaType(header);
  const single = (metadata: MetadataFormat | null): BodyKind => ({
    receive: (body, sink) => receiveSingle(body, header, sink),
    metadata,
  });
  if (type?.type === 'application/dicom') return single(null);
  const described = metadataFormat(type?.type ?? '');
  if (described !== null) return single(described);
  const inner = type?.parameters.get('type')?.toLowerCase() ?? 'application/dicom';
  const metadata = metadataFormat(inner);
  if (type?.type !== 'multipart/related' || (inner !== 'application/dicom' && metadata === null)) {
    throw problem('unsupported-media-type', {
      detail:
        'Send multipart/related with type="application/dicom" and one part an instance, or with type="application/dicom+json" or "application/dicom+xml", metadata and bulk data parts; or one application/dicom, or metadata alone.',
      detailZh:
        '请使用 multipart/related：type="application/dicom" 时每个部分一个实例，type="application/dicom+json" 或 "application/dicom+xml" 时为元数据与批量数据；也可发送单个 application/dicom 或仅元数据。',
      headers: { 'Accept-Post': STORE_MEDIA_TYPES.join(', ') },
    });
  }
  const boundary = type.parameters.get('boundary');
  if (boundary === undefined || !isBoundary(boundary)) {
    throw problem('bad-request', {
      detail: 'The Content-Type has no boundary of 1 to 70 characters.',
      detailZh: 'Content-Type 中缺少 boundary，或其长度不在 1 至 70 之间。',
    });
  }
  return { receive: (body, sink) => receiveMultipart(body, boundary, sink), metadata };
}

/** Content-Types that a store may have. */
export const STORE_MEDIA_TYPES: readonly string[] = [
  'application/dicom',
  'application/dicom+json',
  'application/dicom+xml',
].flatMap((type) => [`multipart/related; type="${type}"`, type]);

const representation = (mediaType: string): Representation => ({
  mediaType,
  multipart: false,
  transferSyntax: null,
  coversDefaultSyntax: true,
});
const REPRESENTATIONS = ['application/dicom+json', 'application/json', 'application/dicom+xml'].map(
  representation,
);

/** @throws HttpProblem 406, before anything is stored */
function negotiateResponse(req: Request): Representation {
  const chosen = negotiate(acceptableRanges(req.get('accept'), undefined), REPRESENTATIONS);
  if (chosen !== null) return chosen;
  throw notAcceptable(
    'The answer to a store is application/dicom+json or application/dicom+xml.',
    '存储结果仅以 application/dicom+json 或 application/dicom+xml 返回。',
  );
}

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

/** Error Comment has one value: Chinese for those who ask for it, English else. */
function languageOf(req: Request): CommentLanguage {
  return req.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en';
}

function answer(
  res: Response,
  outcomes: PartOutcome[],
  end: BodyEnd,
  { answerAs, language }: { answerAs: Representation; language: CommentLanguage },
): void {
  if (!outcomes.some((outcome) => outcome.kind === 'stored')) refuseBody(end, outcomes.length);
  const { url } = rootOf(res);
  const status = statusOf(outcomes, end);
  const text = summary(outcomes, end);
  if (status === 503) res.set(RETRY_AFTER);
  if (text !== '') res.set('Warning', `299 hutong: "${text}"`);
  const study = studyUrl(outcomes, url);
  // PS3.18 Table 10.5.3-2: where what was stored is to be found.
  if (study !== null) res.set({ Location: study, 'Content-Location': study });
  const response = storeResponse(outcomes, url, language);
  const body =
    answerAs.mediaType === 'application/dicom+xml' ? nativeXml(response) : serialiseDicomJson(response);
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'Content-Language': language })
    .vary('Accept-Language')
    .type(answerAs.mediaType)
    .send(body);
}

/** A body that did not end as it should may have held more instances: never 200. */
function statusOf(outcomes: readonly PartOutcome[], end: BodyEnd): number {
  if (end === 'tooManyParts') return 413;
  const status = storeStatus(outcomes);
  return status === 200 && end !== 'whole' ? 202 : status;
}

/** Text of the Warning header; empty where nothing is to be said. */
function summary(outcomes: readonly PartOutcome[], end: BodyEnd): string {
  const names = new Set(outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.reason] : [])));
  const warned = outcomes.some((outcome) => outcome.kind === 'stored' && outcome.warning != null);
  return [
    ...[...names].map((name) => FAILURE_REASONS[name].en),
    ...(warned ? [WARNING_REASONS.DATASET_MISMATCH.en] : []),
    ...(end === 'whole' ? [] : ['the body did not end as it should']),
  ].join('; ');
}

/** Bodies from which nothing was stored, for the body itself is wrong. @throws HttpProblem 400, 408 */
function refuseBody(end: BodyEnd, parts: number): void {
  if (end === 'timeout') throw problem('request-timeout');
  if (end === 'noDelimiter') {
    throw problem('bad-request', {
      detail: 'The boundary of the Content-Type does not appear in the body.',
      detailZh: '请求内容中未出现 Content-Type 所给的 boundary。',
    });
  }
  if (end === 'cut' && parts <= 1) {
    throw problem('bad-request', {
      detail: 'The body ended before its first part was whole.',
      detailZh: '请求内容在第一个部分完整到达之前中断。',
    });
  }
  if (parts === 0) {
    throw problem('bad-request', {
      detail: 'The body holds no instance.',
      detailZh: '请求内容中没有任何实例。',
    });
  }
}
