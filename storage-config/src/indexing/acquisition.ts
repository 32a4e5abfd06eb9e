/**
 * SOP classes of what is added to a study after its acquisition, or describes it without being an image of it:
 * they never reopen a verdict (DESIGN, "Acquired and added"). By UID, or by UID prefix with a dot at the end (PS3.4
 * Table B.5-1).
 */
export const ADDED_SOP_CLASSES = [
  // Presentation states, and the volumetric ones.
  '1.2.840.10008.5.1.4.1.1.11.',
  // Structured reports, key object selections, radiation dose.
  '1.2.840.10008.5.1.4.1.1.88.',
  // Encapsulated PDF, CDA, STL and their kin.
  '1.2.840.10008.5.1.4.1.1.104.',
  // Waveforms: ECG, audio, respiration.
  '1.2.840.10008.5.1.4.1.1.9.',
  // Raw data; registrations, fiducials, segmentations, surfaces, tractography; value mapping.
  '1.2.840.10008.5.1.4.1.1.66',
  '1.2.840.10008.5.1.4.1.1.66.',
  '1.2.840.10008.5.1.4.1.1.67',
  '1.2.840.10008.5.1.4.1.1.68.',
  // Parametric maps that viewers and research tools compute.
  '1.2.840.10008.5.1.4.1.1.30',
  // Structured displays, protocols, annotation, radiotherapy.
  '1.2.840.10008.5.1.4.1.1.131',
  '1.2.840.10008.5.1.4.1.1.200.',
  '1.2.840.10008.5.1.4.1.1.91.',
  '1.2.840.10008.5.1.4.1.1.481.',
] as const;

const exact = new Set<string>(ADDED_SOP_CLASSES.filter((uid) => !uid.endsWith('.')));
const prefixes = ADDED_SOP_CLASSES.filter((uid) => uid.endsWith('.'));

/** Whether an instance is an image of the acquisition, so that its arrival has the study judged again. */
export function isAcquired(sopClassUid: string, hasPixelData: boolean): boolean {
  return (
    hasPixelData && !exact.has(sopClassUid) && !prefixes.some((prefix) => sopClassUid.startsWith(prefix))
  );
}
