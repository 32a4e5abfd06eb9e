/** Gets frames as they are stored (PS3.18 10.4.1.1.6), and the datasets they belong to. */
import { ApiError, getJson } from '../../../../api/http.ts';
import type { SeriesAddress } from '../pictureSource.ts';
import type { Slice } from '../slices.ts';
import type { Dataset } from './frameFacts.ts';

const FRAME_TIMEOUT_MS = 60_000;
const DICOM_JSON = 'application/dicom+json';

export interface StoredFrame {
  bytes: Uint8Array;
  transferSyntax: string;
}

/** Datasets of a series by their SOP Instance UIDs. */
export async function readDatasets(
  alias: string,
  { study, series }: SeriesAddress,
  signal: AbortSignal,
): Promise<Map<string, Dataset>> {
  const all = await getJson<Dataset[]>(
    `/shares/${alias}/dicomweb/studies/${study}/series/${series}/metadata`,
    signal,
    DICOM_JSON,
  );
  return new Map(all.map((dataset) => [String(dataset['00080018']?.Value?.[0]), dataset]));
}

/** Path of a frame. */
export const framePath = (alias: string, { study, series }: SeriesAddress, slice: Slice): string =>
  `/shares/${alias}/dicomweb/studies/${study}/series/${series}/instances/${slice.instance}/frames/${slice.frame ?? 1}`;

/** The transfer syntax that the media type of an answer names; null: none. */
export function transferSyntaxOf(mediaType: string): string | null {
  return /;\s*transfer-syntax="?([\d.]+)"?/i.exec(mediaType)?.[1] ?? null;
}

/** One frame, in the transfer syntax it is stored in. @throws ApiError where it is refused or cannot be read */
export async function readFrame(path: string, signal: AbortSignal): Promise<StoredFrame> {
  const answer = await fetch(path, {
    headers: { accept: 'application/octet-stream; transfer-syntax=*' },
    credentials: 'same-origin',
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(FRAME_TIMEOUT_MS)]),
  });
  if (!answer.ok) throw new ApiError(answer.status, null, answer.headers.get('x-request-id') ?? '');
  const transferSyntax = transferSyntaxOf(answer.headers.get('content-type') ?? '');
  if (transferSyntax === null) throw new ApiError(415, null, '');
  return { bytes: new Uint8Array(await answer.arrayBuffer()), transferSyntax };
}
