/** What the head is made of; the place in the list is the label in the volume. */
export const HEAD_TISSUES = [
  'air',
  'skin',
  'fat',
  'muscle',
  'cortex',
  'diploe',
  'thinBone',
  'csf',
  'grey',
  'white',
  'deepGrey',
  'pallidum',
  'cerebellum',
  'brainstem',
  'vessel',
  'dura',
  'mucosa',
  'eye',
  'lens',
  'calcium',
  'infarct',
  'gliosis',
  'mass',
  'massRim',
  'oedema',
] as const;

export type HeadTissue = (typeof HEAD_TISSUES)[number];

export type Labels = Record<HeadTissue, number>;

export const LABELS = Object.fromEntries(HEAD_TISSUES.map((tissue, label) => [tissue, label])) as Labels;

/** What the picture shows beside normal anatomy. */
export type HeadLesion = 'none' | 'infarct' | 'mass' | 'spots';

export const CT_HEAD: Labels = {
  air: -1000,
  skin: 30,
  fat: -90,
  muscle: 55,
  cortex: 1250,
  diploe: 560,
  thinBone: 480,
  csf: 6,
  grey: 40,
  white: 27,
  deepGrey: 39,
  pallidum: 40,
  cerebellum: 36,
  brainstem: 31,
  vessel: 44,
  dura: 54,
  mucosa: 35,
  eye: 12,
  lens: 75,
  calcium: 180,
  infarct: 15,
  gliosis: 24,
  mass: 44,
  massRim: 48,
  oedema: 18,
};
