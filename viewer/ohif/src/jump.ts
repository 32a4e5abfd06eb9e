import type { CommandsManager, DisplaySet, ServicesManager } from './host/types.ts';

/** The open series under a SeriesInstanceUID; of several parts, the one with the most images. */
export function displaySetOfSeries(
  displaySets: readonly DisplaySet[],
  seriesInstanceUid: string,
): DisplaySet | undefined {
  return displaySets
    .filter((displaySet) => displaySet.SeriesInstanceUID === seriesInstanceUid)
    .sort((one, other) => (other.numImageFrames ?? 0) - (one.numImageFrames ?? 0))[0];
}

/** Shows a series in the active viewport, the way a double click on its thumbnail does. */
export function showSeries(
  servicesManager: ServicesManager,
  commandsManager: CommandsManager,
  displaySet: DisplaySet,
): void {
  const { hangingProtocolService, viewportGridService } = servicesManager.services;
  const { activeViewportId, isHangingProtocolLayout } = viewportGridService.getState();
  if (!activeViewportId) return;
  const viewportsToUpdate = hangingProtocolService.getViewportsRequireUpdate(
    activeViewportId,
    displaySet.displaySetInstanceUID,
    isHangingProtocolLayout,
  );
  commandsManager.run('setDisplaySetsForViewports', { viewportsToUpdate });
}
