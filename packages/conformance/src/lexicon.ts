import { z } from 'zod';
import words from '../catalogues/lexicon.json' with { type: 'json' };

const term = z.strictObject({
  id: z.string(),
  /** Found anywhere in a text. */
  zh: z.array(z.string().min(1)).optional(),
  /** Found as whole tokens; a space also matches no space. */
  latin: z.array(z.string().min(1)).optional(),
  /** Found where a token starts with it, also after a plane or a vendor's single letter (`sagT1w`, `eT2W`). */
  start: z.array(z.string().min(1)).optional(),
});
export type Term = z.infer<typeof term>;

const terms = z.array(term);
const lexiconSchema = z.strictObject({
  /** Body regions. Those that no catalogue item selects still say that an exam is on no item. */
  regions: terms,
  /** A region named together with its part is the part, unless a list joins them. */
  parents: z.record(z.string(), z.array(z.string())),
  contrast: terms,
  dynamic: terms,
  angio: terms,
  /** MR techniques that decide on their own, before the base weighting. */
  mrTechniques: terms,
  mrWeightings: terms,
  /** Sequences that are made with one weighting unless another is named. */
  mrImplied: terms,
  fatSaturation: terms,
  planes: terms,
  /** Words that hold a plane word but are none. */
  planeTraps: terms,
  phases: terms,
  reconstructions: terms,
  /** Series that are no evidence of an exam's content. */
  ignored: terms,
  views: terms,
  spot: terms,
  positions: terms,
  laterality: terms,
  lateralityTraps: terms,
  gating: terms,
  /** Values of a contrast agent attribute that mean none was given. */
  noAgent: z.array(z.string()),
  /** BodyPartExamined values (letters only, upper case) to regions; a weak hint. */
  bodyPartExamined: z.record(z.string(), z.string()),
  /** SNOMED CT and older SNOMED RT codes of anatomy to regions. */
  anatomy: z.record(z.string(), z.string()),
});

/** The words of the field as data: Chinese, English and vendors' abbreviations. Longer matches win and consume their span. */
export const LEXICON = lexiconSchema.parse(words);
export const NO_AGENT: ReadonlySet<string> = new Set(LEXICON.noAgent);
