/**
 * The values OHIF hands to extensions, as far as this viewer uses them. OHIF publishes no types on the registry;
 * this file is the one place where its shapes are written down.
 */
import type { ComponentType, ReactNode } from 'react';

export interface Subscription {
  unsubscribe(): void;
}

interface PubSub<Events extends string> {
  EVENTS: Readonly<Record<Events, string>>;
  subscribe(event: string, listener: (data: unknown) => void): Subscription;
}

/** A naturalised dataset: keyword → value. Person names are objects, arrays of them, or strings. */
export type Instance = Readonly<Record<string, unknown>>;

export interface DisplaySet {
  displaySetInstanceUID: string;
  StudyInstanceUID: string;
  SeriesInstanceUID: string;
  SeriesDescription?: string;
  SeriesNumber?: number | string;
  Modality?: string;
  numImageFrames?: number;
  instances?: Instance[];
  instance?: Instance;
  /** OHIF takes it for a volume that changes over time. */
  isDynamicVolume?: boolean;
  isReconstructable?: boolean;
}

export interface DisplaySetService extends PubSub<
  'DISPLAY_SETS_ADDED' | 'DISPLAY_SETS_CHANGED' | 'DISPLAY_SETS_REMOVED'
> {
  getActiveDisplaySets(): DisplaySet[];
  getDisplaySetByUID(uid: string): DisplaySet | undefined;
}

export interface ViewportGridState {
  activeViewportId: string | null;
  isHangingProtocolLayout: boolean;
  viewports: Map<string, { viewportId: string; displaySetInstanceUIDs?: string[] }>;
}

export interface ViewportGridService extends PubSub<
  'ACTIVE_VIEWPORT_ID_CHANGED' | 'GRID_STATE_CHANGED' | 'LAYOUT_CHANGED' | 'VIEWPORTS_READY'
> {
  getState(): ViewportGridState;
  getActiveViewportId(): string | null;
}

export interface ViewportUpdate {
  viewportId: string;
  displaySetInstanceUIDs: string[];
}

export interface HangingProtocolService {
  /** `valueOf` gets a study or a display set, and what else is open; which of them depends on the rule. */
  addCustomAttribute(id: string, name: string, valueOf: (subject: never, options?: never) => unknown): void;
  getViewportsRequireUpdate(
    viewportId: string,
    displaySetInstanceUid: string,
    isHangingProtocolLayout: boolean,
  ): ViewportUpdate[];
}

export interface UiNotificationService {
  show(notice: {
    title: string;
    message: string;
    type: 'error' | 'info' | 'success' | 'warning';
    duration?: number;
  }): void;
}

export interface ServicesManager {
  services: {
    displaySetService: DisplaySetService;
    viewportGridService: ViewportGridService;
    hangingProtocolService: HangingProtocolService;
    uiNotificationService: UiNotificationService;
  };
}

export interface CommandsManager {
  run(command: string, options?: Readonly<Record<string, unknown>>): unknown;
}

/** A study as OHIF's study browser wants it. */
export interface StudyRow {
  studyInstanceUid: string;
  date: string;
  time: string;
  accession: string;
  mrn: string;
  patientName: string;
  instances: number;
  description: string;
  modalities: string;
}

export interface StudySearch {
  studyInstanceUid?: string;
  patientId?: string;
}

export interface DataSource {
  /** Asked before the studies are, when a page of studies is opened. */
  initialize(opened: unknown): Promise<void>;
  getStudyInstanceUIDs(): string[];
  query: { studies: { search(search: StudySearch): Promise<StudyRow[]> } };
}

export interface DataSourceModule {
  createDataSource(
    configuration: unknown,
    servicesManager: ServicesManager,
    extensionManager: ExtensionManager,
  ): DataSource;
}

/** A registered panel or layout: its component takes whatever OHIF passes. */
export interface PanelModule {
  component: ComponentType<Readonly<Record<string, unknown>>>;
}

export interface ExtensionManager {
  getModuleEntry(id: string): unknown;
}

export interface ExtensionContext {
  servicesManager: ServicesManager;
  commandsManager: CommandsManager;
  extensionManager: ExtensionManager;
  appConfig: { webGlContextCount?: number };
}

/** What OHIF passes to an overlay item's `contentF`. */
export interface OverlayProps {
  displaySet?: DisplaySet;
  referenceInstance?: Instance;
  imageSliceData?: { imageIndex?: number; numberOfSlices?: number };
  instanceNumber?: number | null;
  viewportId: string;
}

export interface OverlayItem {
  id: string;
  contentF?: (props: OverlayProps) => ReactNode;
  condition?: (props: OverlayProps) => boolean;
  inheritsFrom?: string;
  title?: string;
}

/** The stock basic mode, which ours extends. */
export interface ModeInstance {
  extensions: Readonly<Record<string, string>>;
  routes: { layoutInstance: { id: string; props: Readonly<Record<string, unknown>> } }[];
  [key: string]: unknown;
}
