import type { Package } from './application.ts';

/**
 * Licence text shipped beside the minified scripts, whose own banners are stripped: the viewer's licence and every
 * licence banner found in the bundles OHIF ships.
 */
export function thirdPartyNotices(source: Package, texts: Iterable<string>): string {
  const banners = new Set<string>();
  for (const text of texts) {
    for (const [banner] of text.matchAll(/\/\*![\s\S]{0,6000}?\*\//g)) banners.add(tidy(banner));
    for (const [banner] of text.matchAll(/\/\*\*?(?:(?!\*\/)[\s\S]){0,4000}?@license[\s\S]{0,4000}?\*\//g)) {
      banners.add(tidy(banner));
    }
  }
  return [
    'The viewer contains the OHIF Viewer (@ohif/app ' + source.version + '), MIT licence:',
    source.licence.trim(),
    'It contains the libraries whose own notices follow. React, i18next, Radix UI, dcmjs, dicom-parser,',
    'Cornerstone3D and its codecs are under the MIT licence; vtk.js under BSD-3-Clause; OpenJPEG and CharLS under',
    'BSD licences; libjpeg-turbo under the IJG and BSD licences; OpenJPH under BSD-2-Clause.',
    ...[...banners].sort(),
    '',
  ].join('\n\n');
}

function tidy(banner: string): string {
  return banner
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}
