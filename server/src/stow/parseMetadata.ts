import { parseDicomJson, parseNativeXml, type DicomJson } from '@hutong/dicom';

/** How metadata is written: the DICOM JSON Model (PS3.18 Annex F), or the Native DICOM Model (PS3.19 Annex A). */
export type MetadataFormat = 'json' | 'xml';

/** The dataset that the metadata of one instance describes. @throws DatasetError */
export function parseMetadata(bytes: Buffer, format: MetadataFormat): DicomJson {
  return format === 'json' ? parseDicomJson(bytes) : parseNativeXml(bytes);
}
