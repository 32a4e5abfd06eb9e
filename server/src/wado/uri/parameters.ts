import type { Uid } from '@hutong/dicom';
import { parseUid } from '@hutong/dicom';
import type { Window } from '@hutong/pixels';
import { queryParameters } from '../../dicomweb/path.ts';
import { HttpProblem } from '../../problem.ts';
import {
  type Annotation,
  ANNOTATIONS,
  bad,
  checkWindow,
  isReal,
  MAX_VIEWPORT,
  type RenderParameters,
  type ViewportRequest,
} from '../rendered/parameters.ts';

/** Parameters of pictures, which make no sense with application/dicom. */
const PICTURE_PARAMETERS = [
  'annotation',
  'imageAnnotation',
  'rows',
  'columns',
  'region',
  'windowCenter',
  'windowWidth',
  'imageQuality',
  'frameNumber',
  'presentationUID',
  'presentationSeriesUID',
] as const;

/** Parameters of WADO-URI that are read (PS3.18 9.1.2, 9.4.1.2, 9.5.1.2). Names are case-sensitive; others are ignored. */
export const URI_PARAMETERS = [
  'requestType',
  'studyUID',
  'seriesUID',
  'objectUID',
  'contentType',
  'charset',
  'anonymize',
  'transferSyntax',
  ...PICTURE_PARAMETERS,
] as const;
type Name = (typeof URI_PARAMETERS)[number];

/** A request of WADO-URI, checked as far as it can be without the instance. */
export interface UriRequest {
  study: Uid;
  series: Uid;
  instance: Uid;
  contentType: string | null;
  /** A UID, `*`, or null. */
  transferSyntax: string | null;
  frameNumber: number | null;
  presentationState: { series: Uid; instance: Uid } | null;
  render: RenderParameters;
  /** Names of the picture parameters that were given. */
  pictureParameters: readonly string[];
}

/** A UID, or `*` as usual clients send it where they take what is stored. */
function transferSyntaxOf(given: ReadonlyMap<Name, string>): string | null {
  if (!given.has('transferSyntax')) return null;
  return given.get('transferSyntax') === '*' ? '*' : uid(given, 'transferSyntax');
}

/** @throws HttpProblem 400 naming the parameter, 406 where anonymisation is asked for */
export function uriRequest(url: string): UriRequest {
  const given = new Map<Name, string>();
  for (const [name, value] of queryParameters(url)) {
    if (name === 'hospital')
      throw bad(name, 'the hospital is no parameter of WADO-URI', 'WADO-URI 没有医院参数');
    const known = URI_PARAMETERS.find((parameter) => parameter === name);
    if (known === undefined) continue;
    if (given.has(known)) throw bad(known, 'it is given more than once', '重复出现');
    given.set(known, value);
  }
  if (given.get('requestType') !== 'WADO') throw bad('requestType', 'it must be WADO', '须为 WADO');
  const anonymize = given.get('anonymize');
  if (anonymize !== undefined) throw noAnonymisation(anonymize);
  const presentation = [given.get('presentationUID'), given.get('presentationSeriesUID')];
  if (presentation.filter((uid) => uid !== undefined).length === 1)
    throw bad('presentationUID', 'it goes with presentationSeriesUID', '须与 presentationSeriesUID 同时给出');
  const warnings: string[] = [];
  const pictureParameters = PICTURE_PARAMETERS.filter((name) => given.has(name));
  const request: UriRequest = {
    study: uid(given, 'studyUID'),
    series: uid(given, 'seriesUID'),
    instance: uid(given, 'objectUID'),
    contentType: given.get('contentType') ?? null,
    transferSyntax: transferSyntaxOf(given),
    frameNumber: integer(given, 'frameNumber', 1_000_000_000),
    presentationState: given.has('presentationUID')
      ? { series: uid(given, 'presentationSeriesUID'), instance: uid(given, 'presentationUID') }
      : null,
    render: {
      annotations: annotations(given, warnings),
      quality: integer(given, 'imageQuality', 100),
      viewport: viewport(given),
      window: window(given),
      iccProfile: null,
      warnings,
    },
    pictureParameters,
  };
  if (request.presentationState !== null) {
    const others = pictureParameters.find((name) => ['region', 'windowCenter', 'windowWidth'].includes(name));
    if (others !== undefined) throw bad(others, 'a presentation state says this itself', '已由显示状态规定');
  }
  return request;
}

function noAnonymisation(value: string): HttpProblem {
  if (value !== 'yes') return bad('anonymize', 'its only value is yes', '仅可为 yes');
  return new HttpProblem(
    406,
    'no-anonymisation',
    'Instances are not anonymised here (PS3.15 Annex E); nothing is sent instead of sending them as they are.',
    '本服务器不提供匿名化（PS3.15 附录 E），因此不返回未匿名的数据。',
  );
}

function uid(given: ReadonlyMap<Name, string>, name: Name): Uid {
  const parsed = parseUid(given.get(name) ?? '');
  if (parsed === null)
    throw bad(name, 'a UID is expected: digits and dots, at most 64 characters', '须为有效的 UID');
  return parsed;
}

function integer(given: ReadonlyMap<Name, string>, name: Name, most: number): number | null {
  const value = given.get(name);
  if (value === undefined) return null;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > most)
    throw bad(name, `an integer from 1 to ${most} is expected`, `须为 1 至 ${most} 的整数`);
  return number;
}

function annotations(given: ReadonlyMap<Name, string>, warnings: string[]): Annotation[] {
  const value = given.get('annotation') ?? given.get('imageAnnotation');
  if (value === undefined) return [];
  const words = value.split(',');
  if (words.some((word) => !/^[A-Za-z][\w-]*$/.test(word)))
    throw bad(
      'annotation',
      'it is a comma-separated list of patient and technique',
      '须为以逗号分隔的 patient、technique',
    );
  if (words.some((word) => !(ANNOTATIONS as readonly string[]).includes(word)))
    warnings.push('Annotations other than patient and technique are not supported.');
  return ANNOTATIONS.filter((annotation) => words.includes(annotation));
}

function viewport(given: ReadonlyMap<Name, string>): ViewportRequest | null {
  const height = integer(given, 'rows', MAX_VIEWPORT);
  const width = integer(given, 'columns', MAX_VIEWPORT);
  const region = given.get('region');
  if (height === null && width === null && region === undefined) return null;
  const size = { width, height, relative: true as const };
  if (region === undefined) return { ...size, x: null, y: null, regionWidth: null, regionHeight: null };
  const numbers = region.split(',').map((part) => (isReal(part) ? Number(part) : Number.NaN));
  const [left = Number.NaN, top = Number.NaN, right = Number.NaN, bottom = Number.NaN] = numbers;
  const inside =
    numbers.length === 4 && numbers.every((part) => part >= 0 && part <= 1) && left < right && top < bottom;
  if (!inside)
    throw bad(
      'region',
      'it is left,top,right,bottom in parts of the image from 0.0 to 1.0',
      '须为 左,上,右,下，取值 0.0 至 1.0',
    );
  return { ...size, x: left, y: top, regionWidth: right - left, regionHeight: bottom - top };
}

function window(given: ReadonlyMap<Name, string>): Window | null {
  const [center, width] = [given.get('windowCenter'), given.get('windowWidth')];
  if (center === undefined && width === undefined) return null;
  if (center === undefined || width === undefined)
    throw bad('windowCenter', 'it goes with windowWidth', '须与 windowWidth 同时给出');
  if (!isReal(center) || !isReal(width))
    throw bad('windowCenter', 'windowCenter and windowWidth are decimal numbers', '窗位与窗宽须为数值');
  const window: Window = { center: Number(center), width: Number(width), function: 'linear' };
  checkWindow(window, 'windowWidth');
  return window;
}
