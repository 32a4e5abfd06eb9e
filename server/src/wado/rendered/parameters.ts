import type { IccProfile, PixelDescription, Viewport, Window } from '@hutong/pixels';
import { queryParameters } from '../../dicomweb/path.ts';
import { HttpProblem } from '../../problem.ts';

/** What may be burnt into a picture (PS3.18 8.3.5.1.1). */
export const ANNOTATIONS = ['patient', 'technique'] as const;
export type Annotation = (typeof ANNOTATIONS)[number];
export const WINDOW_FUNCTIONS = ['linear', 'linear-exact', 'sigmoid'] as const;
export const ICC_PROFILES = ['no', 'yes', 'srgb', 'adobergb', 'rommrgb'] as const;
/** Pixels of a picture's side that are asked for. */
export const MAX_VIEWPORT = 8192;

/** A viewport as asked: what of the source is not said follows from the image. */
export interface ViewportRequest {
  /** null: follows from the other one and the shape of the region. */
  width: number | null;
  height: number | null;
  x: number | null;
  y: number | null;
  regionWidth: number | null;
  regionHeight: number | null;
  /** Whether the region is in parts of the image's sides (0 to 1), as in WADO-URI, not in pixels. */
  relative?: true;
}

/** How a picture is asked for (PS3.18 8.3.5.1). */
export interface RenderParameters {
  annotations: readonly Annotation[];
  quality: number | null;
  viewport: ViewportRequest | null;
  window: Window | null;
  iccProfile: IccProfile | null;
  /** Lines to mark the picture with, which no request chooses; absent: none. */
  watermark?: readonly string[];
  /** Texts for Warning headers. */
  warnings: readonly string[];
}

const PARAMETERS = ['annotation', 'quality', 'viewport', 'window', 'iccprofile'] as const;
type Parameter = (typeof PARAMETERS)[number];

export const NO_PARAMETERS: RenderParameters = {
  annotations: [],
  quality: null,
  viewport: null,
  window: null,
  iccProfile: null,
  warnings: [],
};

/**
 * The rendering parameters of a URL; parameters of other names are ignored (PS3.18 8.3.2).
 *
 * @param allowed those that the resource has: thumbnails and presentation states take the viewport's size alone
 * @throws HttpProblem 400 naming the parameter
 */
export function renderParameters(url: string, allowed: 'all' | 'viewportSize' = 'all'): RenderParameters {
  const given = new Map<Parameter, string>();
  for (const [name, value] of queryParameters(url)) {
    const parameter = PARAMETERS.find((known) => known === name);
    if (parameter === undefined) continue;
    if (given.has(parameter)) throw bad(parameter, 'it is given more than once', '重复出现');
    if (allowed === 'viewportSize' && parameter !== 'viewport')
      throw bad(parameter, 'this resource takes only viewport=width,height', '该资源只接受 viewport=宽,高');
    given.set(parameter, value);
  }
  const warnings: string[] = [];
  const viewport = optional(given.get('viewport'), viewportOf);
  if (allowed === 'viewportSize' && viewport !== null && hasRegion(viewport))
    throw bad('viewport', 'this resource takes only width,height', '该资源只接受 宽,高');
  return {
    annotations: optional(given.get('annotation'), (value) => annotationsOf(value, warnings)) ?? [],
    quality: optional(given.get('quality'), qualityOf),
    viewport,
    window: optional(given.get('window'), windowOf),
    iccProfile: optional(given.get('iccprofile'), iccProfileOf),
    warnings,
  };
}

const optional = <T>(value: string | undefined, read: (value: string) => T): T | null =>
  value === undefined ? null : read(value);

const hasRegion = ({ x, y, regionWidth, regionHeight }: ViewportRequest): boolean =>
  [x, y, regionWidth, regionHeight].some((value) => value !== null);

function annotationsOf(value: string, warnings: string[]): Annotation[] {
  const words = value.split(',');
  if (words.some((word) => !/^[A-Za-z][\w-]*$/.test(word)))
    throw bad(
      'annotation',
      'it is a comma-separated list of patient and technique',
      '须为以逗号分隔的 patient、technique',
    );
  const known = ANNOTATIONS.filter((annotation) => words.includes(annotation));
  const others = words.filter((word) => !(ANNOTATIONS as readonly string[]).includes(word));
  if (others.length > 0)
    warnings.push(
      `The following annotation values are not supported: ${others.slice(0, 5).join(', ').slice(0, 100)}.`,
    );
  return known;
}

function qualityOf(value: string): number {
  const quality = Number(value);
  if (!/^\d{1,3}$/.test(value) || quality < 1 || quality > 100)
    throw bad('quality', 'it is an integer from 1 to 100', '须为 1 至 100 的整数');
  return quality;
}

/** PS3.18 8.3.5.1.3: `vw,vh` or `vw,vh,sx,sy,sw,sh`, of which the last four may be empty. */
function viewportOf(value: string): ViewportRequest {
  const parts = value.split(',');
  const [width = '', height = '', x = '', y = '', regionWidth = '', regionHeight = ''] = parts;
  const sizes = [width, height];
  const wellFormed =
    (parts.length === 2 || parts.length === 6) &&
    sizes.every((size) => /^\d{1,5}$/.test(size) && Number(size) >= 1 && Number(size) <= MAX_VIEWPORT) &&
    [x, y].every((place) => place === '' || isDecimal(place, 0)) &&
    [regionWidth, regionHeight].every((size) => size === '' || (isDecimal(size) && Number(size) !== 0));
  if (!wellFormed) {
    throw bad(
      'viewport',
      `it is width,height or width,height,x,y,width,height of a region; width and height of the picture are integers from 1 to ${MAX_VIEWPORT}`,
      `须为 宽,高 或 宽,高,x,y,区域宽,区域高；图片宽高为 1 至 ${MAX_VIEWPORT} 的整数`,
    );
  }
  const numberOf = (text: string): number | null => (text === '' ? null : Number(text));
  return {
    width: Number(width),
    height: Number(height),
    x: numberOf(x),
    y: numberOf(y),
    regionWidth: numberOf(regionWidth),
    regionHeight: numberOf(regionHeight),
  };
}

function isDecimal(text: string, min = Number.NEGATIVE_INFINITY): boolean {
  return /^-?\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) >= min;
}

/** PS3.18 8.3.5.1.4: center, width and function, all three. */
function windowOf(value: string): Window {
  const parts = value.split(',');
  const [center = '', width = '', name = ''] = parts;
  const known = WINDOW_FUNCTIONS.find((one) => one === name.toLowerCase());
  if (parts.length !== 3 || known === undefined || !isReal(center) || !isReal(width))
    throw bad(
      'window',
      'it is center,width,function with the function linear, linear-exact or sigmoid',
      '须为 窗位,窗宽,函数（linear、linear-exact、sigmoid）',
    );
  const window: Window = { center: Number(center), width: Number(width), function: known };
  checkWindow(window, 'window');
  return window;
}

/** Widths that the function allows (PS3.3 C.11.2.1.2). @throws HttpProblem 400 */
export function checkWindow(window: Window, parameter: string): void {
  const least = window.function === 'linear' ? 'at least 1' : 'above 0';
  if (window.width > 0 && (window.function !== 'linear' || window.width >= 1)) return;
  throw bad(parameter, `the width of a ${window.function} window is ${least}`, '窗宽超出允许范围');
}

/** Whether a text is a finite decimal number. */
export const isReal = (text: string): boolean =>
  /^[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})([eE][+-]?\d{1,2})?$/.test(text);

function iccProfileOf(value: string): IccProfile {
  const known = ICC_PROFILES.find((one) => one === value.toLowerCase());
  if (known === undefined)
    throw bad(
      'iccprofile',
      `it is one of ${ICC_PROFILES.join(', ')}`,
      `须为 ${ICC_PROFILES.join('、')} 之一`,
    );
  return known;
}

/**
 * The viewport for one image: what was not said filled in.
 *
 * @throws HttpProblem 400 where the region lies outside of the image
 */
export function viewportFor(
  request: ViewportRequest | null,
  { rows, columns }: Pick<PixelDescription, 'rows' | 'columns'>,
): Viewport | null {
  if (request === null) return null;
  const region = hasRegion(request) ? regionOf(request, rows, columns) : null;
  const width = Math.abs(region?.width ?? columns);
  const height = Math.abs(region?.height ?? rows);
  const scaled = (other: number | null, side: number, otherSide: number): number =>
    other === null ? side : Math.min(MAX_VIEWPORT, Math.max(1, Math.round((other * side) / otherSide)));
  return {
    width: request.width ?? scaled(request.height, width, height),
    height: request.height ?? scaled(request.width, height, width),
    ...(region === null ? {} : { region }),
  };
}

function regionOf(request: ViewportRequest, rows: number, columns: number): NonNullable<Viewport['region']> {
  const [unitX, unitY] = request.relative === true ? [columns, rows] : [1, 1];
  const x = (request.x ?? 0) * unitX;
  const y = (request.y ?? 0) * unitY;
  const region = {
    x,
    y,
    width: request.regionWidth === null ? columns - x : request.regionWidth * unitX,
    height: request.regionHeight === null ? rows - y : request.regionHeight * unitY,
  };
  // Parts of a side that were decimals may miss the edge by the last digit.
  const slack = request.relative === true ? 1e-6 * Math.max(rows, columns) : 0;
  const inside =
    x < columns &&
    y < rows &&
    x + Math.abs(region.width) <= columns + slack &&
    y + Math.abs(region.height) <= rows + slack;
  if (!inside)
    throw bad(
      request.relative === true ? 'region' : 'viewport',
      `the region lies outside of the image of ${columns} × ${rows} pixels`,
      `区域超出图像范围（${columns} × ${rows}）`,
    );
  return region;
}

/** 400 for a rendering parameter. */
export function bad(parameter: string, why: string, whyZh: string): HttpProblem {
  return new HttpProblem(
    400,
    'bad-rendering-parameter',
    `The parameter ${parameter} cannot be used: ${why}.`,
    `参数 ${parameter} 无效：${whyZh}。`,
  );
}
