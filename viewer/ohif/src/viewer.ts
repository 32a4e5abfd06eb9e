import { useCallback, useSyncExternalStore } from 'react';
import { createConformanceStore, type ConformanceState, type ConformanceStore } from './conformance/store.ts';
import { createReadingStore, type ReadingStore } from './studies.ts';
import { reportSignedOut } from './session.ts';
import { openShare } from './share.ts';
import type { CommandsManager, ExtensionContext, ServicesManager } from './host/types.ts';

/** What the panel, the study bar and the overlays share. */
export interface Viewer {
  servicesManager: ServicesManager;
  commandsManager: CommandsManager;
  conformance: ConformanceStore;
  reading: ReadingStore;
}

/** Inside a share nothing is asked beyond it. */
const nothingKnown: ConformanceState = { kind: 'loading' };
const withoutConformance: ConformanceStore = {
  subscribe: () => () => undefined,
  get: () => nothingKnown,
  refresh: () => undefined,
};

const viewers = new WeakMap<ServicesManager, Viewer>();

/** The one viewer of this page; OHIF asks the extension for its modules one by one. */
export function viewerOf({ servicesManager, commandsManager }: ExtensionContext): Viewer {
  let viewer = viewers.get(servicesManager);
  if (!viewer) {
    viewer = {
      servicesManager,
      commandsManager,
      conformance:
        openShare === null
          ? createConformanceStore({
              fetch: (url, init) => fetch(url, init),
              onSignedOut: reportSignedOut,
            })
          : withoutConformance,
      reading: createReadingStore(servicesManager),
    };
    viewers.set(servicesManager, viewer);
  }
  return viewer;
}

export function useConformance(store: ConformanceStore, studyInstanceUid: string): ConformanceState {
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(studyInstanceUid, listener),
    [store, studyInstanceUid],
  );
  return useSyncExternalStore(subscribe, () => store.get(studyInstanceUid));
}
