import type { CtKernel } from './types.ts';

/**
 * What the names of convolution kernels (0018,1210) are made for, by vendor: GE and Neusoft use words, Siemens a
 * family letter and a sharpness (B70f, Br64, I50s), Philips letters (YA to YD sharp, L lung), Canon FC numbers, UIH words
 * between underscores. First match wins.
 */
const KERNELS: readonly (readonly [RegExp, CtKernel])[] = [
  [/LUNG|^CHST$|^BL5\d|^L$|^FC5[0-8]|^FC8[0-6]|肺/, 'lung'],
  [/BONE|EDGE|SHARP|ULTRA|^Y[A-D]$|^E$|^D$|^FC3\d|^FC7\d|^FC4\d|骨|INNER ?EAR|IAC/, 'bone'],
  [/^(?:B|BR|BV|BF|BP|H|HR|HP|HV|I|J|U|UB|UH|T|QR|HC|HN)[6-9]\d/, 'bone'],
  [
    /STANDARD|SOFT|DETAIL|SMOOTH|STND|BODY|BRAIN|NORMAL|^(?:A|B|C|UA|UB|EA|EB|XCA|XRES)$|^FC[01]\d|^FC2\d|^FC6\d/,
    'soft',
  ],
  [/^(?:B|BR|BV|BF|BP|H|HR|HP|HV|I|J|U|UB|UH|T|QR|HC|HN)[1-5]\d/, 'soft'],
];

/** Soft tissue, bone or lung by the kernel's name; null where several kernels disagree or the name is not known. */
export function kernelOf(names: readonly string[]): CtKernel | null {
  const kinds = new Set(
    names.map((name) => {
      const first = (name.split('\\')[0] ?? '').trim().toUpperCase();
      return KERNELS.find(([pattern]) => pattern.test(first))?.[1] ?? null;
    }),
  );
  const [kind] = kinds;
  return kinds.size === 1 ? (kind ?? null) : null;
}
