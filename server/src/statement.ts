/**
 * The tables and limits behind the gateway's DICOMweb services, gathered for the conformance statement
 * (docs/dicom-conformance.md), so that it cannot say anything else than what the code does.
 */
import { loadConfig } from '@hutong/storage-config';
import type { ServerParts } from './context.ts';
import { allFeatures } from './features.ts';
import { type Resource, resourcesOf } from './resources.ts';

export { CAPABILITIES_MEDIA_TYPES } from './capabilities/methods.ts';
export { DATASET_REPRESENTATIONS } from './dicomweb/accept.ts';
export { HR_CREATOR, HR_ELEMENT, HR_GROUP, hrAttributes } from './dicomweb/hrAttributes.ts';
export {
  datasetLevel,
  HR_SEARCH_ATTRIBUTES,
  type Level,
  type Matching,
  SEARCH_ATTRIBUTES,
  type SearchAttribute,
  SERIES_DATASET_TAGS,
  STUDY_DATASET_TAGS,
} from './qido/attributes.ts';
export { SEARCH_CONTROLS } from './qido/parseQuery.ts';
export { MAX_HEADER_BYTES } from './createServer.ts';
export { MAX_VALUES } from './qido/condition.ts';
export { MAX_MATCHED } from './qido/matchDatasets.ts';
export { COMPRESSED_FROM } from './qido/sendResults.ts';
export { MAX_COUNTED, MAX_OFFSET, MAX_RESULTS } from './qido/statement.ts';
export { WALK_HOURS } from './qido/walk.ts';
export { QUIET_SECONDS } from './wado/metadataSource.ts';
export { CODECS } from '@hutong/pixels';
export { ADDED_SOP_CLASSES, MAX_SEARCH_ATTRIBUTES, SEARCHABLE_VRS } from '@hutong/storage-config';
export { CONTENT_ENCODINGS } from './stow/contentDecoding.ts';
export { FAILURE_REASONS, type FailureReason } from './stow/reasons.ts';
export { MAX_METADATA_BYTES } from './stow/metadataSink.ts';
export { PIXEL_MEDIA_TYPES } from './stow/pixelMedia.ts';
export { MAX_PARTS } from './stow/receiveBody.ts';
export { DATASET_WARNINGS, NOTE_WARNINGS, WARNING_REASONS } from './stow/warnings.ts';
export { DOCUMENT_TYPES } from './wado/bulk/documentType.ts';
export { DEFAULT_TRANSFER_SYNTAX } from './wado/mediaTypes.ts';
export { MAX_FRAMES } from './wado/frames/frames.ts';
export { ANNOTATIONS, ICC_PROFILES, MAX_VIEWPORT, WINDOW_FUNCTIONS } from './wado/rendered/parameters.ts';
export { RENDERED_TYPES } from './wado/rendered/renderForms.ts';
export { HELD_BYTES } from './wado/rendered/sendParts.ts';
export { THUMBNAIL_SIDE } from './wado/thumbnails/thumbnails.ts';
export { URI_PARAMETERS } from './wado/uri/parameters.ts';

export type { Resource as DicomwebResource } from './resources.ts';

/** Every resource that is answered below a DICOMweb root, in the order of the routers. HEAD goes with GET. */
export function dicomwebResources(): Resource[] {
  // Made to be looked at: no request comes, so index and object store are never touched.
  const parts = { config: loadConfig({}) } as ServerParts;
  return resourcesOf(allFeatures(parts).dicomweb);
}
export { MAX_REPEATED_BYTES } from './stow/composeInstance.ts';
export { MAX_FRAME_BYTES } from '@hutong/pixels';
