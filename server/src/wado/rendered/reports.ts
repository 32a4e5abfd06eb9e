import type { DicomJson } from '@hutong/dicom';
import { nativeXml } from '../../dicomweb/nativeXml.ts';
import type { TextType } from './renderForms.ts';
import { reportHtml, reportText } from '../../dicomweb/structuredReport.ts';

/** A report as text of a media type; XML is the Native DICOM Model (PS3.19 A.1). */
export function reportAs(dataset: DicomJson, mediaType: TextType): string {
  if (mediaType === 'text/html') return reportHtml(dataset);
  return mediaType === 'text/plain' ? reportText(dataset) : nativeXml(dataset);
}
