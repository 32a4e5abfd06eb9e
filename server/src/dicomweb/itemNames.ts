import { defaultCatalogue } from '@hutong/conformance';

let names: ReadonlyMap<string, string> | undefined;

/** Chinese name of a catalogue item; the code itself for an item of another catalogue. */
export function itemNameZh(code: string): string {
  names ??= new Map(defaultCatalogue().items.map((item) => [item.code, item.name.zh]));
  return names.get(code) ?? code;
}
