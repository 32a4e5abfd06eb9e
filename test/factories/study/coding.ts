import type { Dataset } from '../part10.ts';

/** A coded concept (PS3.3 Table 8.8-1). */
export const code = (value: string, scheme: 'DCM' | 'SCT' | '99LN' | 'LN', meaning: string): Dataset => ({
  CodeValue: value,
  CodingSchemeDesignator: scheme,
  CodeMeaning: meaning,
});

export const MULTIPLANAR = code('113072', 'DCM', 'Multiplanar reformatting');
export const MAXIMUM_INTENSITY = code('113078', 'DCM', 'Maximum intensity projection');
export const VOLUME_RENDERING = code('113074', 'DCM', 'Volume rendering');
