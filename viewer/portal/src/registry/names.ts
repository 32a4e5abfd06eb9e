import type { RegistryBody } from '@hutong/server/contract/registry';
import { useWords } from '../i18n/language.ts';

/** Names of hospitals and items, in the reader's language; the code where there is none. */
export function useRegistryNames(registry: RegistryBody) {
  const { pick } = useWords();
  const hospitals = new Map(registry.hospitals.map(({ code, name }) => [code, name]));
  const items = new Map(registry.items.map(({ code, name }) => [code, name]));
  const said = (names: ReadonlyMap<string, { zh: string; en: string }>, code: string): string => {
    const name = names.get(code);
    return name === undefined ? code : pick(name);
  };
  return {
    hospital: (code: string) => said(hospitals, code),
    item: (code: string) => said(items, code),
    hospitalOptions: registry.hospitals
      .filter(({ inView }) => inView)
      .map(({ code, name }) => ({ value: code, label: `${pick(name)} · ${code}` })),
    itemOptions: registry.items.map(({ code, name }) => ({ value: code, label: `${code} ${pick(name)}` })),
    scopeOptions: registry.scopes.map(({ name }) => ({ value: name, label: name })),
  };
}

/** Finds options by what is typed, wherever it stands. */
export const findsLabel = (input: string, option?: { label: string }): boolean =>
  (option?.label ?? '').toLowerCase().includes(input.toLowerCase());
