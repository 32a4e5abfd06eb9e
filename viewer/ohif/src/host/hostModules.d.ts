/** Written by the build from the pinned OHIF's own text (build/hostModules.ts). */
declare module 'hutong:host-modules' {
  const modules: {
    ohif: string;
    ids: { react: number; i18next: number; uiNext: number; cornerstoneCore: number };
    exports: { i18next: { default: string }; uiNext: { Icons: string } };
  };
  export default modules;
}
