import type { Value } from '../../catalogues/headerTypes.ts';
import type { SeriesHeaders } from '../../catalogues/headers.ts';
import { equipment } from './makers.ts';
import type { OtherStep, Style } from './plan.ts';
import { timeOf } from './time.ts';

const WHAT: Readonly<
  Record<OtherStep['what'], { sop: string; modality: string; name: string; type?: string[] }>
> = {
  dose: { sop: '1.2.840.10008.5.1.4.1.1.88.67', modality: 'SR', name: 'Dose Report' },
  screen: {
    sop: '1.2.840.10008.5.1.4.1.1.7',
    modality: 'CT',
    name: 'Patient Protocol',
    type: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'],
  },
  protocol: { sop: '1.2.840.10008.5.1.4.1.1.88.22', modality: 'SR', name: 'PhoenixZIPReport' },
  keyImages: { sop: '1.2.840.10008.5.1.4.1.1.88.59', modality: 'KO', name: 'Key Images' },
  presentation: { sop: '1.2.840.10008.5.1.4.1.1.11.1', modality: 'PR', name: 'Presentation State' },
};

/** Headers of reports, screen saves and other objects that are no images of the exam. */
export function otherHeaders(step: OtherStep, style: Style): SeriesHeaders {
  const { sop, modality, name, type } = WHAT[step.what];
  const attributes: Record<string, Value> = {
    SOPClassUID: sop,
    Modality: modality,
    ...equipment(style.maker, modality === 'CT' ? 'CT' : 'MR'),
    SeriesDescription: style.naming === 'none' ? '' : name,
    SeriesTime: timeOf(step.at),
    ...(type === undefined ? {} : { ImageType: type }),
  };
  return { attributes, images: [{}] };
}
