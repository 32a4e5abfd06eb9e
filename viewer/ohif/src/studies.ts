import type { Bilingual } from '@hutong/conformance';
import { useMemo, useSyncExternalStore } from 'react';
import { studiesInAddress } from './address.ts';
import { ageText, dateTimeText, personName, sexText, text } from './person.ts';
import type { DisplaySet, Instance, ServicesManager, Subscription } from './host/types.ts';

/** What the study bar says of one open study, from its own attributes. */
export interface StudyHeading {
  studyInstanceUid: string;
  patientName: string;
  patientId: string;
  sex: Bilingual | undefined;
  age: Bilingual | undefined;
  description: string;
  dateTime: string;
}

export interface Reading {
  displaySets: readonly DisplaySet[];
  activeViewportId: string | null;
  /** Viewport → the series it shows. */
  shown: ReadonlyMap<string, readonly string[]>;
}

/** One value that changes whenever series arrive, or viewports show something else. */
export interface ReadingStore {
  subscribe: (listener: () => void) => () => void;
  get: () => Reading;
}

export function createReadingStore({ services }: ServicesManager): ReadingStore {
  const { displaySetService, viewportGridService } = services;
  let current: Reading | undefined;

  function read(): Reading {
    const { activeViewportId, viewports } = viewportGridService.getState();
    const shown = [...viewports.values()].map(
      (viewport) => [viewport.viewportId, viewport.displaySetInstanceUIDs ?? []] as const,
    );
    return {
      displaySets: [...displaySetService.getActiveDisplaySets()],
      activeViewportId,
      shown: new Map(shown),
    };
  }

  return {
    get: () => (current ??= read()),
    subscribe(listener) {
      const changed = (): void => {
        current = undefined;
        listener();
      };
      const displaySetEvents = displaySetService.EVENTS;
      const gridEvents = viewportGridService.EVENTS;
      const subscriptions: Subscription[] = [
        displaySetService.subscribe(displaySetEvents.DISPLAY_SETS_ADDED, changed),
        displaySetService.subscribe(displaySetEvents.DISPLAY_SETS_CHANGED, changed),
        displaySetService.subscribe(displaySetEvents.DISPLAY_SETS_REMOVED, changed),
        viewportGridService.subscribe(gridEvents.ACTIVE_VIEWPORT_ID_CHANGED, changed),
        viewportGridService.subscribe(gridEvents.GRID_STATE_CHANGED, changed),
        viewportGridService.subscribe(gridEvents.VIEWPORTS_READY, changed),
      ];
      current = undefined;
      return () => {
        for (const subscription of subscriptions) subscription.unsubscribe();
      };
    },
  };
}

export function useReading(store: ReadingStore): Reading {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The open studies: those the address names first, in its order, then any whose series are open. */
export function useOpenStudies(reading: Reading): string[] {
  return useMemo(() => {
    const named = studiesInAddress(location.search);
    const present = reading.displaySets.map((displaySet) => displaySet.StudyInstanceUID);
    return [...new Set([...named, ...present])];
  }, [reading.displaySets]);
}

/** The study of the active viewport, else the first open one. */
export function activeStudy(reading: Reading, studies: readonly string[]): string | undefined {
  const [shown] = reading.shown.get(reading.activeViewportId ?? '') ?? [];
  const displaySet = reading.displaySets.find((one) => one.displaySetInstanceUID === shown);
  return displaySet?.StudyInstanceUID ?? studies[0];
}

export function headingOf(reading: Reading, studyInstanceUid: string): StudyHeading | undefined {
  const displaySet = reading.displaySets.find((one) => one.StudyInstanceUID === studyInstanceUid);
  const instance: Instance | undefined = displaySet?.instances?.[0] ?? displaySet?.instance;
  if (!instance) return undefined;
  return {
    studyInstanceUid,
    patientName: personName(instance.PatientName),
    patientId: text(instance.PatientID),
    sex: sexText(instance.PatientSex),
    age: ageText(instance),
    description: text(instance.StudyDescription),
    dateTime: dateTimeText(instance.StudyDate, instance.StudyTime),
  };
}

/** The viewable series, as the study panel names it: description, else modality and number. */
export function seriesTitle(displaySet: DisplaySet): string {
  const described = displaySet.SeriesDescription?.trim();
  return described || [displaySet.Modality, displaySet.SeriesNumber].filter(Boolean).join(' ');
}
