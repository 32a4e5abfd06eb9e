import { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { rootOf } from '../context.ts';
import { acceptableRanges, negotiate, notAcceptable, type Representation } from '../dicomweb/accept.ts';
import { nativeXmlPieces } from '../dicomweb/nativeXml.ts';
import { gathered, jsonPieces } from '../dicomweb/streamedDataset.ts';
import { setWarnings } from '../dicomweb/warning.ts';
import { problem } from '../problem.ts';
import { sendStream } from '../sendStream.ts';
import type { BodyEnd } from './receiveBody.ts';
import { FAILURE_REASONS } from './reasons.ts';
import {
  storeResponse,
  storeStatus,
  studyUrl,
  warningReason,
  type CommentLanguage,
  type PartOutcome,
} from './response.ts';
import { WARNING_REASONS } from './warnings.ts';

/** Characters of an answer that are made and sent at once: ten gigabytes in one request have an answer of ten megabytes. */
const ANSWER_CHARACTERS = 64 * 1024;
const RETRY_AFTER = { 'Retry-After': '2' };

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
export function negotiateResponse(req: Request): Representation {
  const chosen = negotiate(acceptableRanges(req.get('accept'), undefined), REPRESENTATIONS);
  if (chosen !== null) return chosen;
  throw notAcceptable(
    'The answer to a store is application/dicom+json or application/dicom+xml.',
    '存储结果仅以 application/dicom+json 或 application/dicom+xml 返回。',
  );
}

/** Error Comment has one value: Chinese for those who ask for it, English else. */
export function languageOf(req: Request): CommentLanguage {
  return req.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en';
}

/**
 * Answers a store with its status and the Store Instances Response (PS3.18 10.5.3). @throws HttpProblem 400, 408 for
 * bodies of which nothing could be stored
 */
export async function answer(
  res: Response,
  outcomes: PartOutcome[],
  end: BodyEnd,
  { answerAs, language }: { answerAs: Representation; language: CommentLanguage },
): Promise<void> {
  if (!outcomes.some((outcome) => outcome.kind === 'stored')) refuseBody(end, outcomes.length);
  const { url } = rootOf(res);
  const status = statusOf(outcomes, end);
  const text = summary(outcomes, end);
  if (status === 503) res.set(RETRY_AFTER);
  if (text !== '') setWarnings(res, [text]);
  const study = studyUrl(outcomes, url);
  // PS3.18 Table 10.5.3-2: where what was stored is to be found.
  if (study !== null) res.set({ Location: study, 'Content-Location': study });
  const response = storeResponse(outcomes, url, language);
  const pieces =
    answerAs.mediaType === 'application/dicom+xml' ? nativeXmlPieces(response) : jsonPieces(response);
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'Content-Language': language })
    .vary('Accept-Language')
    // Not by `type`, nor as text, which would add a charset that these media types do not have.
    .setHeader('Content-Type', answerAs.mediaType);
  const texts = gathered(pieces, ANSWER_CHARACTERS);
  const next = texts.next();
  const first = next.done === true ? '' : next.value;
  // The usual answer has a Content-Length.
  if (first.length < ANSWER_CHARACTERS) res.end(first);
  else await sendStream(res, Readable.from(resumed(first, texts), { objectMode: false }));
}

function* resumed(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
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
  const warned = outcomes.flatMap((outcome) =>
    outcome.kind === 'stored' ? (warningReason(outcome) ?? []) : [],
  );
  return [
    ...[...names].map((name) => FAILURE_REASONS[name].en),
    ...[...new Set(warned)].map((reason) => WARNING_REASONS[reason].en),
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
  if (end === 'undecodable' && parts <= 1) {
    throw problem('bad-request', {
      detail: 'The body is not in the Content-Encoding that it names, or inflates to too much.',
      detailZh: '请求内容与其 Content-Encoding 不符，或解压后过大。',
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
