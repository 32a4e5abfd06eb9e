import type { Attributes, Value } from '../../catalogues/headerTypes.ts';
import type { SeriesHeaders } from '../../catalogues/headers.ts';
import { equipment } from './makers.ts';
import type { Style, XrStep } from './plan.ts';
import { timeOf } from './time.ts';

const SOP: Readonly<Record<XrStep['modality'], string>> = {
  DX: '1.2.840.10008.5.1.4.1.1.1.1',
  CR: '1.2.840.10008.5.1.4.1.1.1',
  MG: '1.2.840.10008.5.1.4.1.1.1.2',
};
const VIEW_ZH: Readonly<Record<XrStep['view'], string>> = {
  PA: '后前位',
  AP: '正位',
  LAT: '侧位',
  OBL: '斜位',
  OTHER: '',
  CC: '头尾位',
  MLO: '内外斜位',
};
const VIEW_CODE: Readonly<Record<'CC' | 'MLO', readonly [string, string]>> = {
  CC: ['399162004', 'cranio-caudal'],
  MLO: ['399368009', 'medio-lateral oblique'],
};
const POSITION_CODE: Readonly<Record<NonNullable<XrStep['position']>, readonly [string, string]>> = {
  erect: ['10904000', 'erect'],
  recumbent: ['102538003', 'recumbent'],
  inverted: ['34106002', 'Trendelenburg'],
};

/** Headers of one radiograph or mammogram, each its own series as consoles store them. */
export function xrHeaders(step: XrStep, style: Style, common: Attributes): SeriesHeaders {
  const attributes: Record<string, Value> = {
    SOPClassUID: SOP[step.modality],
    Modality: step.modality,
    ...equipment(style.maker, 'XR'),
    SeriesDescription: xrName(step, style),
    ...common,
    ImageType: step.forProcessing === true ? ['ORIGINAL', 'PRIMARY'] : ['DERIVED', 'PRIMARY'],
    AcquisitionTime: timeOf(step.at),
    SeriesTime: timeOf(step.at),
    Rows: 2800,
    Columns: 2300,
  };
  // Computed radiography objects carry neither a presentation intent nor a detector type.
  if (step.modality !== 'CR') {
    attributes['PresentationIntentType'] =
      step.forProcessing === true ? 'FOR PROCESSING' : 'FOR PRESENTATION';
    if (step.detector !== '') attributes['DetectorType'] = step.detector;
  }
  if (step.modality === 'MG') {
    attributes['ImageLaterality'] = step.side ?? '';
    attributes['BodyPartExamined'] = 'BREAST';
    if (step.viewCoded === true && (step.view === 'CC' || step.view === 'MLO')) {
      attributes['ViewCodeSequence'] = coded(VIEW_CODE[step.view]);
    } else attributes['ViewPosition'] = step.view === 'OTHER' ? '' : step.view;
    if (step.spot === true) attributes['ViewModifierCodeSequence'] = coded(['399055006', 'spot compression']);
  } else {
    if (step.view === 'PA' || step.view === 'AP') attributes['ViewPosition'] = step.view;
    if (step.view === 'LAT') attributes['ViewPosition'] = 'LL';
    if (step.side !== undefined) attributes['ImageLaterality'] = step.side;
    if (step.position !== undefined && style.naming === 'vendor')
      attributes['PatientOrientationCodeSequence'] = coded(POSITION_CODE[step.position]);
  }
  return { attributes, images: [{}] };
}

function coded([value, meaning]: readonly [string, string]): readonly Attributes[] {
  return [{ CodeValue: value, CodingSchemeDesignator: 'SCT', CodeMeaning: meaning }];
}

function xrName(step: XrStep, style: Style): string {
  if (step.named !== undefined) return step.named;
  if (style.naming === 'none') return '';
  if (step.modality === 'MG') {
    if (style.language === 'zh' && style.naming === 'site')
      return `${step.side === 'L' ? '左' : '右'}乳${VIEW_ZH[step.view]}`;
    return `${step.side ?? ''} ${step.view === 'OTHER' ? '' : step.view}`.trim();
  }
  const position = { erect: '立位', recumbent: '卧位', inverted: '倒立位' };
  if (style.language === 'zh' && style.naming === 'site')
    return `${step.region}${step.position === undefined ? '' : position[step.position]}${VIEW_ZH[step.view]}`;
  return step.view === 'OTHER' ? '' : step.view;
}
