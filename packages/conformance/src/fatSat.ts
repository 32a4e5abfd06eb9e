import { because } from './bilingual.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';
import type { Because, Weighting } from './types.ts';

/** Whether fat is suppressed, and how that is known. EPI is always fat-suppressed and never counts as fat-suppressed T2. */
export function fatSaturation(
  series: SeriesSummary,
  mr: MrAttributes,
  weighting: Weighting,
  description: TextFacts,
  protocol: TextFacts,
): { value: 'yes' | 'no' | 'unknown'; because: Because[] } {
  const fact = 'fatSat';
  const written = description.read('fatSat').filter((id) => !(id === 'stir' && weighting === 'FLAIR'));
  const yes = (source: string, said: string): { value: 'yes'; because: Because[] } => ({
    value: 'yes',
    because: [because(fact, source, `“${said}”：脂肪抑制`, `"${said}": fat-suppressed`)],
  });
  if (written.length > 0) return yes('SeriesDescription', series.description);
  if (mr.fatSuppression.includes('FAT') || mr.fatSuppression.includes('WATER'))
    return yes('SpectrallySelectedSuppression', mr.fatSuppression);
  const token = mr.scanOptions
    .flatMap((option) => option.split('_'))
    .find((option) => option === 'FS' || option === 'WE' || option === 'SFS');
  if (token !== undefined) return yes('ScanOptions', token);
  const ti = mr.ti?.max ?? null;
  if (
    ti !== null &&
    ti >= 80 &&
    ti < 300 &&
    mr.scanningSequence.includes('IR') &&
    !mr.scanningSequence.includes('GR')
  )
    return yes('InversionTime', `STIR, TI ${ti} ms`);
  if (series.imageTypes.some((tokens) => tokens.slice(2).some((t) => t === 'WATER' || t === 'W')))
    return yes('ImageType', 'WATER');
  if (description.normal === '' && protocol.read('fatSat').length > 0)
    return yes('ProtocolName', series.protocolName);
  const dixon = /dixon|ideal|flex/.test(description.normal);
  const named = description.read('base').length > 0;
  if (!dixon && (mr.scanOptions.length > 0 || named)) {
    return {
      value: 'no',
      because: [
        named
          ? because(
              fact,
              'SeriesDescription',
              `“${series.description}”及扫描选项均无脂肪抑制`,
              `neither "${series.description}" nor the scan options name fat suppression`,
            )
          : because(fact, 'ScanOptions', '扫描选项无脂肪抑制', 'the scan options name no fat suppression'),
      ],
    };
  }
  return { value: 'unknown', because: [] };
}
