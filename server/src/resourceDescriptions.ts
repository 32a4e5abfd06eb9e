import { TRANSFER_SYNTAXES } from '@hutong/dicom';
import type { MethodDescription, Parameter } from './capabilities/wadl.ts';
import { DATASET_REPRESENTATIONS } from './dicomweb/accept.ts';
import {
  HR_SEARCH_ATTRIBUTES,
  isAtOrAbove,
  type Level,
  SEARCH_ATTRIBUTES,
  type SearchAttribute,
} from './qido/attributes.ts';
import { SEARCH_CONTROLS } from './qido/parseQuery.ts';
import type { Resource } from './resources.ts';
import { STORE_MEDIA_TYPES } from './stow/bodyKind.ts';
import { DOCUMENT_TYPES } from './wado/bulk/documentType.ts';
import { RENDERED_TYPES } from './wado/rendered/renderForms.ts';
import { ZIP } from './wado/zip/zipDownload.ts';

const multipart = (type: string): string => `multipart/related; type="${type}"`;

const DATASETS = DATASET_REPRESENTATIONS.map(({ mediaType, multipart: isMultipart }) =>
  isMultipart ? multipart(mediaType) : mediaType,
);
const STORE_RESPONSES = ['application/dicom+json', 'application/json', 'application/dicom+xml'];
const OCTET_STREAMS = multipart('application/octet-stream');
const INSTANCES = [multipart('application/dicom'), 'application/dicom', OCTET_STREAMS, ZIP];
const FRAME_TYPES = new Set(
  Object.values(TRANSFER_SYNTAXES).flatMap(({ frameMediaType }) => frameMediaType ?? []),
);
const VIDEO_TYPES = new Set(
  Object.values(TRANSFER_SYNTAXES).flatMap(({ frameMediaType, video }) =>
    video && frameMediaType !== null ? [frameMediaType] : [],
  ),
);
const PIXEL_DATA = new Set(['application/octet-stream', ...FRAME_TYPES]);
const BULK_DATA = new Set([...PIXEL_DATA, ...DOCUMENT_TYPES]);
const PICTURES = RENDERED_TYPES.image;
const RENDERED = new Set([...Object.values(RENDERED_TYPES).flat(), ...VIDEO_TYPES]);

/** What several items come as, and what one item comes as too. */
const asParts = (types: Iterable<string>): string[] => [...types].map(multipart);
const asEither = (types: Iterable<string>): string[] => [...types, ...asParts(types)];
/** Query parameters of rendered resources (PS3.18 8.3.5) and of thumbnails. */
const RENDER_PARAMETERS = ['annotation', 'quality', 'viewport', 'window', 'iccprofile'];
const THUMBNAIL_PARAMETERS = ['viewport'];

const LEVEL_OF: Record<string, Level> = { studies: 'study', series: 'series', instances: 'instance' };
const NAME_OF: Record<Level, string> = { study: 'Studies', series: 'Series', instance: 'Instances' };

/** Level of one study, series or instance by the last parameter of its path. */
const RETRIEVED: Record<string, string> = { ':study': 'Study', ':series': 'Series', ':instance': 'Instance' };

/** What one method of a DICOMweb resource takes and gives, from the tables that the features work by. */
export function describeResource({ method, path }: Resource): MethodDescription {
  const segments = path.split('/').slice(1);
  const last = segments.at(-1) ?? '';
  const owner = segments.findLast((segment) => segment in RETRIEVED);
  const level = owner === undefined ? '' : (RETRIEVED[owner] ?? '');
  if (method === 'POST') return store(owner === undefined ? 'StoreInstances' : 'StoreStudyInstances');
  if (method === 'DELETE') return plain(`Delete${level}`, '204', []);
  const searched = LEVEL_OF[last];
  if (searched !== undefined) return search(searched, level);
  switch (last) {
    case 'metadata':
      return plain(`Retrieve${level}Metadata`, '200', DATASETS);
    case ':frames':
      return plain('RetrieveFrames', '200', asEither(FRAME_TYPES));
    case '*path':
      return plain('RetrieveBulkdata', '200', asEither(BULK_DATA));
    case 'bulkdata':
      return plain(`Retrieve${level}Bulkdata`, '200', asParts(BULK_DATA));
    case 'pixeldata':
      return plain(`Retrieve${level}PixelData`, '200', asParts(PIXEL_DATA));
    case 'rendered': {
      if (segments.includes(':frames'))
        return plain('RetrieveRenderedFrames', '200', asEither(PICTURES), RENDER_PARAMETERS);
      const types = level === 'Instance' ? asEither(RENDERED) : asParts(RENDERED);
      return plain(`RetrieveRendered${level}`, '200', types, RENDER_PARAMETERS);
    }
    case 'thumbnail':
      return plain(
        `Retrieve${segments.includes(':frames') ? 'Frame' : level}Thumbnail`,
        '200',
        PICTURES,
        THUMBNAIL_PARAMETERS,
      );
    default:
      return plain(`Retrieve${level}`, '200', last in RETRIEVED ? INSTANCES : []);
  }
}

const ACCEPT: Parameter = { name: 'Accept', style: 'header' };

function plain(
  id: string,
  status: string,
  mediaTypes: readonly string[],
  options: readonly string[] = [],
): MethodDescription {
  const inQuery = ['accept', ...options].map((name): Parameter => ({ name, style: 'query' }));
  return {
    id,
    parameters: mediaTypes.length === 0 ? [] : [ACCEPT, ...inQuery],
    takes: [],
    gives: [{ status, mediaTypes }],
  };
}

function store(id: string): MethodDescription {
  return {
    id,
    parameters: [ACCEPT],
    takes: STORE_MEDIA_TYPES,
    gives: ['200', '202', '409'].map((status) => ({ status, mediaTypes: STORE_RESPONSES })),
  };
}

function search(level: Level, within: string): MethodDescription {
  const keys = [...SEARCH_ATTRIBUTES, ...HR_SEARCH_ATTRIBUTES].filter(
    (attribute) => isSearchable(attribute) && isAtOrAbove(attribute.level, level),
  );
  return {
    id: `SearchFor${within}${NAME_OF[level]}`,
    parameters: [
      ACCEPT,
      ...[...SEARCH_CONTROLS, ...keys.map(nameOf)].map((name): Parameter => ({ name, style: 'query' })),
    ],
    takes: [],
    gives: [
      { status: '200', mediaTypes: DATASETS },
      { status: '204', mediaTypes: [] },
    ],
  };
}

const isSearchable = ({ matching }: SearchAttribute): boolean => matching !== null;

/** The name a query uses: the keyword, or tags where there is none that is registered. */
const nameOf = ({ keyword, tag }: SearchAttribute): string => (keyword.startsWith('HR') ? tag : keyword);
