/** What names a browser in its User-Agent, the more particular before what it is built on. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\//, 'WeChat'],
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bQQBrowser\//, 'QQ'],
  [/\b(HuaweiBrowser|ArkWeb)\//, 'Huawei'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/** Family of browser and system, such as `Edge · Windows`; empty when neither is known. Versions are left out. */
export function browserFamily(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 512);
  const named = (list: readonly (readonly [RegExp, string])[]): string =>
    list.find(([pattern]) => pattern.test(text))?.[1] ?? '';
  return [named(BROWSERS), named(SYSTEMS)].filter((name) => name !== '').join(' · ');
}
