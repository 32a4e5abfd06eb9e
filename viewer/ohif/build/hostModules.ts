/**
 * Where OHIF keeps the modules our extension must share with it.
 *
 * The prebuilt application exposes no globals for React and its own libraries, but its bundle names every module
 * in comments. The numbers belong to one build: they are read from the pinned version's text, and reading fails
 * when a name is missing or ambiguous, so that an upgrade breaks the build and not the viewer.
 */
export interface HostModules {
  /** Version of `@ohif/app` the numbers were read from. */
  ohif: string;
  /** Module numbers for the bundle's own `require`. */
  ids: Readonly<Record<HostModuleName, number>>;
  /** Mangled export names: library → public name → name in the bundle. */
  exports: Readonly<Record<'i18next' | 'uiNext', Readonly<Record<string, string>>>>;
}

export type HostModuleName = 'react' | 'i18next' | 'uiNext' | 'cornerstoneCore';

const sources: Readonly<Record<HostModuleName, string>> = {
  react: '../../../node_modules/react/index.js',
  i18next: '../../../node_modules/i18next/dist/esm/i18next.js',
  uiNext: '../../ui-next/src/index.ts',
  cornerstoneCore: '../../../node_modules/@cornerstonejs/core/dist/esm/index.js',
};

/** Exports of ui-next the extension uses: they must be found, whatever they are called inside. */
const neededUiNext = ['Icons'] as const;

/**
 * Reads the module numbers and export names out of the unminified main bundle.
 *
 * @throws Error when a module or export cannot be found exactly once.
 */
export function readHostModules(bundle: string, ohif: string): HostModules {
  const ids = Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, moduleId(bundle, source)]),
  ) as Record<HostModuleName, number>;
  const uiNext = exportNames(bundle, ids.uiNext);
  for (const name of neededUiNext) {
    if (!uiNext[name]) throw new Error(`OHIF ${ohif}: ui-next no longer exports ${name}`);
  }
  return { ohif, ids, exports: { i18next: { default: defaultExport(bundle, ids.i18next) }, uiNext } };
}

function moduleId(bundle: string, source: string): number {
  const escaped = source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(
    `// EXTERNAL MODULE: ${escaped}[^\\n]*\\n(?:var|const) [\\w$]+ = (?:/\\*#__PURE__\\*/)?__webpack_require__\\((\\d+)\\)`,
    'g',
  );
  const found = new Set([...bundle.matchAll(pattern)].map((match) => Number(match[1])));
  const [id] = found;
  if (id === undefined || found.size !== 1) {
    throw new Error(`OHIF host module ${source}: expected one id, found ${[...found].join(', ') || 'none'}`);
  }
  return id;
}

/** The text between a module's own heading and its list of exports' end. */
function exportBlock(bundle: string, id: number): string {
  const heading = new RegExp(`\\n${id}\\(\\w+, __webpack_exports__, __webpack_require__\\) \\{`).exec(bundle);
  if (!heading) throw new Error(`OHIF host module ${id}: definition not found`);
  const start = bundle.indexOf('__webpack_require__.d(__webpack_exports__, {', heading.index);
  const end = bundle.indexOf('});', start);
  if (start < 0 || end < 0) throw new Error(`OHIF host module ${id}: export list not found`);
  return bundle.slice(start, end);
}

function exportNames(bundle: string, id: number): Record<string, string> {
  const names: Record<string, string> = {};
  const entry = /\s([\w$]+|"[^"]+"): \(\) => \((?:\/\* [^*]* \*\/ )*([\w$.]+)/g;
  for (const match of exportBlock(bundle, id).matchAll(entry)) {
    const [, mangled = '', local = ''] = match;
    // The bundler prefixes a clash with the module's own name: `Icons_Icons`.
    const name = local.replace(/^.*\./, '').replace(/^(\w+?)_\1(?:_\1)?$/, '$1');
    names[name] = mangled.replaceAll('"', '');
  }
  return names;
}

function defaultExport(bundle: string, id: number): string {
  const [match, ...others] = exportBlock(bundle, id).matchAll(/\s([\w$]+): \(\) => /g);
  if (!match?.[1] || others.length > 0) throw new Error(`OHIF host module ${id}: expected one export`);
  return match[1];
}
