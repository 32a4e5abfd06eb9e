import type React from 'react';
import hostModules from 'hutong:host-modules';

/** i18next as OHIF uses it (version 17). */
export interface HostI18n {
  language: string | undefined;
  addResourceBundle(
    language: string,
    namespace: string,
    resources: unknown,
    deep: boolean,
    overwrite: boolean,
  ): void;
  changeLanguage(language: string): Promise<unknown>;
}

interface UiNext {
  Icons: {
    addIcon(name: string, icon: React.ComponentType<React.SVGProps<SVGSVGElement>>): void;
  };
}

interface CornerstoneCore {
  getConfiguration(): { rendering?: Readonly<Record<string, unknown>> };
  setConfiguration(configuration: unknown): void;
}

type HostRequire = (id: number) => unknown;
type Chunk = [string[], Record<string, never>, (require: HostRequire) => void];

const host = globalThis as typeof globalThis & { rspackChunk?: { push(chunk: Chunk): void } };
let required: HostRequire | undefined;

/** The bundle's own `require`: its runtime hands it to the callback of any chunk that is pushed. */
function hostRequire(): HostRequire {
  host.rspackChunk?.push([
    ['hutong-host-bridge'],
    {},
    (require) => {
      required = require;
    },
  ]);
  if (!required) throw new Error(`OHIF ${hostModules.ohif} is not on this page`);
  return required;
}

const require = hostRequire();
const { ids, exports } = hostModules;

export const HostReact = require(ids.react) as typeof React;
export const hostI18n = (require(ids.i18next) as Record<string, HostI18n>)[
  exports.i18next.default
] as HostI18n;
export const hostIcons = (require(ids.uiNext) as Record<string, UiNext['Icons']>)[
  exports.uiNext.Icons
] as UiNext['Icons'];

/** Cornerstone's core; only once the extensions are loaded. */
export function cornerstoneCore(): CornerstoneCore {
  return require(ids.cornerstoneCore) as CornerstoneCore;
}
