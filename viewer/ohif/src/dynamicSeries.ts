import type { DisplaySet, ServicesManager } from './host/types.ts';

/**
 * OHIF takes a diffusion series with several b-values for a volume over time and lays a film player over every
 * viewport. Read as a stack, it shows all its images and leaves the corners free.
 */
export function showDiffusionAsStack({ services }: ServicesManager): void {
  const { displaySetService } = services;
  displaySetService.subscribe(displaySetService.EVENTS.DISPLAY_SETS_ADDED, () => {
    for (const displaySet of displaySetService.getActiveDisplaySets()) asStack(displaySet);
  });
}

/** Exported for its test. */
export function asStack(displaySet: DisplaySet): void {
  if (displaySet.isDynamicVolume !== true || displaySet.Modality !== 'MR') return;
  displaySet.isDynamicVolume = false;
  // Several images at one place make no volume.
  displaySet.isReconstructable = false;
}
