import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostModulesOf, openPackage } from './application.ts';
import { readHostModules } from './hostModules.ts';
import { pruneMainBundle, reachable } from './prune.ts';

const require = createRequire(import.meta.url);
const source = openPackage(path.dirname(require.resolve('@ohif/app/package.json')));

test('the shared modules are found in the pinned OHIF', () => {
  const host = hostModulesOf(source);
  expect(host.ohif).toBe('3.13.2');
  expect(host.ids).toEqual({ react: 86326, i18next: 26104, uiNext: 85505, cornerstoneCore: 88479 });
  expect(host.exports.i18next.default).toBe('A');
  expect(host.exports.uiNext.Icons).toBe('FI1');
});

test('a bundle that names a shared module twice differently is refused', () => {
  const other = source.main.text.replace(
    /(EXTERNAL MODULE: \.\.\/\.\.\/\.\.\/node_modules\/react\/index\.js\nvar react = __webpack_require__\()86326/,
    '$186327',
  );
  expect(other).not.toBe(source.main.text);
  expect(() => readHostModules(other, '0')).toThrow(/react.*expected one id, found 8632\d, 8632\d/);
});

test('a bundle without the shared modules is refused', () => {
  expect(() => readHostModules('console.log(1)', '0')).toThrow(/expected one id, found none/);
});

test('a bundle whose plugin list has another shape is refused', () => {
  expect(() => pruneMainBundle('console.log(1)')).toThrow(/no longer loads: @ohif\/extension-default/);
});

test('pruning leaves our mode loadable and the parts of other modes out', () => {
  const pruned = pruneMainBundle(source.main.text);
  expect(pruned).toContain('"@ohif/mode-basic"');
  expect(pruned).not.toContain('if (module === "@ohif/mode-tmtv")');
  const read = (file: string): string => (file === source.main.name ? pruned : '');
  const kept = reachable(source.files, source.main.name, read);
  expect([...kept].filter((file) => file.startsWith('8832.'))).toEqual([]);
  expect([...kept].some((file) => file.startsWith('6749.bundle.'))).toBe(true);
  expect([...kept].filter((file) => file.endsWith('.wasm')).length).toBeGreaterThanOrEqual(4);
});
