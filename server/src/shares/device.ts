import type { DeviceFamily } from '../contract/shares.ts';

const FAMILIES: readonly (readonly [RegExp, DeviceFamily])[] = [
  [/iPhone|iPod/, 'iphone'],
  [/iPad/, 'ipad'],
  [/OpenHarmony|HarmonyOS/, 'harmony'],
  [/Android/, 'android'],
  [/Windows/, 'windows'],
  [/Macintosh|Mac OS X/, 'mac'],
  [/Linux|X11|CrOS/, 'linux'],
];

/** What a device calls itself, roughly: enough to know one's own, too little to know somebody else's again. */
export function deviceFamily(userAgent: string | undefined): DeviceFamily {
  return FAMILIES.find(([pattern]) => pattern.test((userAgent ?? '').slice(0, 512)))?.[1] ?? 'other';
}
