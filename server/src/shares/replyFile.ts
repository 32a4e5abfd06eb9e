import { DicomError, readPart10 } from '@hutong/dicom';
import type { ReplyType } from '@hutong/storage-config';
import { HttpProblem } from '../problem.ts';
import { activeContentOf } from './pdfContent.ts';

const REPORTS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\.\d+$/;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const PREAMBLE_LENGTH = 128;
/** Line ends and blanks that programs leave behind the end of a PDF. */
const PDF_END = /%%EOF[\s\0]{0,32}$/;

/**
 * What a file that came back is kept as: of the type it says it is, by its own bytes, and nothing beside it in the same file.
 * What follows the end of a picture is left out.
 *
 * @throws HttpProblem 400 `reply-refused`
 */
export async function checkedReply(bytes: Uint8Array, type: ReplyType): Promise<Uint8Array> {
  switch (type) {
    case 'application/pdf':
      return checkedPdf(bytes);
    case 'image/jpeg':
      return pictureOf(bytes, endOfJpeg(bytes));
    case 'image/png':
      return pictureOf(bytes, endOfPng(bytes));
    case 'application/dicom':
      return checkedDicom(bytes);
  }
}

async function checkedPdf(bytes: Uint8Array): Promise<Uint8Array> {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  const tail = Buffer.from(bytes.subarray(-64)).toString('latin1');
  if (!/^%PDF-[12]\.\d$/.test(head) || !PDF_END.test(tail)) throw notWhatItSays();
  const active = await activeContentOf(bytes);
  if (active === null) return bytes;
  throw refused(
    `The PDF holds more than pages (${active}): print it to a plain PDF and send that.`,
    `PDF 含有页面以外的内容（${active}），请重新打印为普通 PDF 后再上传。`,
  );
}

const pictureOf = (bytes: Uint8Array, end: number | null): Uint8Array => {
  if (end === null) throw notWhatItSays();
  return bytes.subarray(0, end);
};

/** Where a JPEG ends, after its EOI marker (ISO 10918-1 B.1.1); null: it is none, or is cut off. */
function endOfJpeg(bytes: Uint8Array): number | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let at = 2;
  let hasFrame = false;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) return hasFrame ? at + 2 : null;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return null;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (length < 2) return null;
    at += 2 + length;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) hasFrame = true;
    // Entropy-coded data lasts until a marker that is neither a stuffed byte nor a restart.
    if (marker === 0xda) {
      while (at + 1 < bytes.length && !isMarker(bytes[at], bytes[at + 1])) at += 1;
    }
  }
  return null;
}

const isMarker = (first = 0, second = 0): boolean =>
  first === 0xff && second !== 0 && second !== 0xff && !(second >= 0xd0 && second <= 0xd7);

/** Where a PNG ends, after its IEND chunk (ISO 15948 5.3); null: it is none, or is cut off. */
function endOfPng(bytes: Uint8Array): number | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < PNG.length || view.compare(PNG, 0, PNG.length, 0, PNG.length) !== 0) return null;
  let at = PNG.length;
  let isFirst = true;
  while (at + 12 <= view.length) {
    const name = view.toString('latin1', at + 4, at + 8);
    if (isFirst !== (name === 'IHDR')) return null;
    isFirst = false;
    at += 12 + view.readUInt32BE(at);
    if (name === 'IEND') return at <= view.length ? at : null;
  }
  return null;
}

function checkedDicom(bytes: Uint8Array): Uint8Array {
  // A preamble may begin another kind of file; of a report that is sent none needs one.
  const isPlain =
    Buffer.from(bytes.subarray(PREAMBLE_LENGTH, PREAMBLE_LENGTH + 4)).toString('latin1') === 'DICM' &&
    bytes.subarray(0, PREAMBLE_LENGTH).every((byte) => byte === 0);
  if (!isPlain) throw notWhatItSays();
  try {
    if (REPORTS.test(readPart10(bytes).identity.sopClassUid)) return bytes;
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    throw notWhatItSays();
  }
  throw refused(
    'Of DICOM, structured reports are taken; images are stored by the hospital they come from.',
    'DICOM 文件仅接收结构化报告（SR）。',
  );
}

const notWhatItSays = (): HttpProblem =>
  refused('The file is not what it says it is, or is cut off.', '文件内容与类型不符或不完整。');

const refused = (en: string, zh: string): HttpProblem => new HttpProblem(400, 'reply-refused', en, zh);
