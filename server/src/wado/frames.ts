import { type ByteRange, frameRanges, type PixelDataLayout } from '@hutong/dicom';
import type { Request, Response } from 'express';
import { callerOf, hospitalsInView, rootOf, type ServerParts } from '../context.ts';
import { acceptableRanges, negotiate, notAcceptable, type Representation } from '../dicomweb/accept.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { HttpProblem, problem } from '../problem.ts';
import { entityTag, notModified, weak } from './caching.ts';
import { frameForms } from './frameForms.ts';
import { findFrames, type InstanceFrames, type InstancePath } from './lookUp.ts';
import { type Piece, sendPieces } from './send.ts';

/** Frames of one request. */
export const MAX_FRAMES = 10_000;

/** Frame numbers of a path, 1-based, in the order asked for. @throws HttpProblem 400 */
export function parseFrameList(list: string): number[] {
  const texts = list.split(',');
  if (texts.length > MAX_FRAMES || !texts.every((text) => /^[1-9]\d{0,8}$/.test(text))) {
    throw new HttpProblem(
      400,
      'bad-frame-list',
      `Frames are asked for as a comma-separated list of numbers from 1, at most ${MAX_FRAMES}.`,
      `帧号须为从 1 开始、以逗号分隔的整数列表，最多 ${MAX_FRAMES} 个。`,
    );
  }
  return texts.map(Number);
}

/**
 * Answers frames as they are stored (PS3.18 10.4.1.1.6): one look-up, then ranged reads of the object, those of
 * neighbouring frames as one.
 */
export async function sendFrames(
  { index, objects }: Pick<ServerParts, 'index' | 'objects'>,
  path: InstancePath,
  frames: readonly number[],
  req: Request,
  res: Response,
): Promise<void> {
  const found = await findFrames(index, path, frames, hospitalsInView(callerOf(res), rootOf(res)));
  const { layout } = found;
  if (layout === null) throw noSuchFrame('the instance has no pixel data', '该实例没有像素数据');
  const beyond = frames.find((frame) => frame > layout.numberOfFrames);
  if (beyond !== undefined) {
    throw noSuchFrame(
      `frame ${beyond} was asked for, the instance has ${layout.numberOfFrames}`,
      `请求第 ${beyond} 帧，该实例共 ${layout.numberOfFrames} 帧`,
    );
  }
  const chosen = chooseForm(req, found, frames.length === 1);
  const ranges = frames.map((frame, i) => rangesOf(layout, frame, found.wanted[i] ?? null));

  const form = `${chosen.mediaType} ${chosen.multipart}`;
  const tag = entityTag(found.digest, frames.join(), form);
  if (notModified(req, res, chosen.multipart ? weak(tag) : tag, 'Accept')) return;
  const partType = `${chosen.mediaType}; transfer-syntax=${chosen.transferSyntax ?? ''}`;
  const body = ranges.map((list) => list.map((range): Piece => ({ key: found.object_key, range })));
  if (!chosen.multipart) {
    await sendPieces(objects, body.flat(), res, { 'Content-Type': partType });
    return;
  }
  const framing = multipartFraming(chosen.mediaType, { 'transfer-syntax': chosen.transferSyntax ?? '' });
  const pieces = body.flatMap((part, i): Piece[] => [
    { literal: framing.head({ 'Content-Type': partType }, i === 0) },
    ...part,
  ]);
  await sendPieces(objects, [...pieces, { literal: framing.end }], res, {
    'Content-Type': framing.contentType,
  });
}

function rangesOf(
  layout: Omit<PixelDataLayout, 'frames'>,
  frame: number,
  stored: ByteRange[] | null,
): ByteRange[] {
  if (stored !== null) return stored;
  try {
    return frameRanges(layout, frame);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw notAcceptable(
      `Frames of this instance cannot be answered: ${layout.undividedReason ?? 'the pixel data is shorter than its attributes say'}.`,
      '无法提供该实例的图像帧：像素数据无法按帧划分。',
    );
  }
}

function chooseForm(req: Request, found: InstanceFrames, single: boolean): Representation {
  const available = frameForms(found.transfer_syntax_uid, single);
  if ('unavailable' in available) {
    throw notAcceptable(
      `Frames of this instance cannot be answered: ${available.unavailable}. The whole instance can be retrieved.`,
      `无法提供该实例的图像帧：${available.unavailableZh}。可取回完整实例。`,
    );
  }
  const chosen = negotiate(acceptableRanges(req.get('accept'), req.query['accept']), available.forms);
  if (chosen !== null) return chosen;
  const types = [...new Set(available.forms.map((form) => form.mediaType))];
  const names = types.map((type) => `${type}; transfer-syntax=${available.transferSyntax}`).join(' or ');
  throw notAcceptable(
    `Frames of this instance are available as ${names}, multipart/related${single ? ' or single part' : ''}; anything else would need transcoding, which this server does not do.`,
    `该实例的图像帧仅以 ${names} 提供；其他格式需要转码，暂不支持。`,
  );
}

function noSuchFrame(why: string, whyZh: string): HttpProblem {
  return problem('not-found', {
    detail: `There is no such frame: ${why}.`,
    detailZh: `没有该帧：${whyZh}。`,
  });
}
