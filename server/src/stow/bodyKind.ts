import type { Request } from 'express';
import { problem } from '../problem.ts';
import type { BodyReader } from './bodyReader.ts';
import { isBoundary, parseMediaType } from './mediaType.ts';
import { metadataFormat } from './metadataSink.ts';
import type { MetadataFormat } from './parseMetadata.ts';
import type { PartSink } from './partSink.ts';
import { receiveMultipart, receiveSingle, type BodyEnd } from './receiveBody.ts';

/** How the body of a store is received. */
export interface BodyKind {
  receive: (body: BodyReader, sink: PartSink) => Promise<BodyEnd>;
  /** How instances are described, where they do not come as files. */
  metadata: MetadataFormat | null;
  /** Content-ID of the root part, where the body names one (RFC 2387 §3.2). */
  start: string | null;
}

/** How the body is read, by its Content-Type. @throws HttpProblem 400, 415 */
export function bodyKindOf(req: Request): BodyKind {
  const header = req.get('content-type') ?? '';
  const type = parseMediaType(header);
  const single = (metadata: MetadataFormat | null): BodyKind => ({
    receive: (body, sink) => receiveSingle(body, header, sink),
    metadata,
    start: null,
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
  const start = type.parameters.get('start') ?? null;
  return { receive: (body, sink) => receiveMultipart(body, boundary, sink), metadata, start };
}

/** Content-Types that a store may have. */
export const STORE_MEDIA_TYPES: readonly string[] = [
  'application/dicom',
  'application/dicom+json',
  'application/dicom+xml',
].flatMap((type) => [`multipart/related; type="${type}"`, type]);
