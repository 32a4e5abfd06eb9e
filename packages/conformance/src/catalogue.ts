import { z } from 'zod';
import hechi2024 from '../catalogues/hechi-2024.json' with { type: 'json' };
import suizhou from '../catalogues/suizhou.json' with { type: 'json' };

const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const planeId = z.enum(['TRA', 'COR', 'SAG']);
const weighting = z.enum([
  'T1',
  'T2',
  'T2STAR',
  'PD',
  'FLAIR',
  'DWI',
  'SWI',
  'TOF',
  'PC',
  'CEMRA',
  'HYDRO',
  'PERF',
]);
const phaseId = z.enum(['ARTERIAL', 'PORTAL_VENOUS', 'DELAYED', 'EXCRETORY']);

/** What one series must be to count. Every key that is present must hold. */
const seriesSpec = z.strictObject({
  weighting: z.array(weighting).min(1).optional(),
  fatSat: z.array(z.boolean()).min(1).optional(),
  plane: z.array(planeId).min(1).optional(),
  contrast: z
    .array(z.enum(['pre', 'post']))
    .min(1)
    .optional(),
  /** A series of unknown contrast state counts as pre only where nothing in the study speaks of contrast. */
  unknownCountsAs: z.literal('pre-when-silent').optional(),
  phase: z.array(phaseId).min(1).optional(),
  acquisition: z.array(z.enum(['2D', '3D'])).optional(),
  original: z.literal(true).optional(),
  maxThicknessMm: z.number().positive().optional(),
  /** Lowest b-value in s/mm² that at least one image of the series must reach. */
  minB: z.number().positive().optional(),
});
const seriesRule = z.strictObject({ series: seriesSpec, min: z.number().int().positive().default(1) });

const expr = z
  .strictObject({
    modality: z.array(z.string()).optional(),
    undecidedFor: z.array(z.string()).optional(),
    regionMatches: z.literal(true).optional(),
    anyRegionOf: z.array(z.string()).optional(),
    recordSegment: z.boolean().optional(),
    images: z.strictObject({ presentation: z.literal('FOR PRESENTATION') }).optional(),
    min: z.number().int().positive().optional(),
    anyPositionOf: z.array(z.enum(['ERECT', 'RECUMBENT', 'INVERTED'])).optional(),
    recordPosition: z.boolean().optional(),
    detectorType: z.array(z.string()).optional(),
    view: z.enum(['CC', 'MLO']).optional(),
    perExaminedBreast: z.boolean().optional(),
    viewModifier: z.literal('SPOT_COMPRESSION').optional(),
    bothSides: z.literal(true).optional(),
    series: seriesSpec.optional(),
    anyOf: z.array(seriesRule).min(1).optional(),
    requiresTextOrVenc: z.boolean().optional(),
    planes: z
      .strictObject({
        allOf: z.array(planeId),
        anyOf: z.array(planeId),
        scope: z.literal('study-set'),
        reformattedAccepted: z.array(planeId).optional(),
      })
      .optional(),
    phases: z
      .strictObject({
        minDistinctPost: z.number().int().positive().optional(),
        expected: z.array(phaseId).optional(),
        names: z.array(phaseId).optional(),
        min: z.number().int().positive().optional(),
        weighting: z.array(weighting).optional(),
        sameGeometry: z.boolean().optional(),
        sameRegion: z.boolean().optional(),
      })
      .optional(),
    reconstruction: z
      .strictObject({
        anyOf: z.array(z.enum(['MPR', 'MIP', 'VR', 'SSD', 'CPR'])).min(1),
        planes: z.array(planeId).optional(),
        min: z.number().int().positive().optional(),
      })
      .optional(),
    coverageMm: z.strictObject({ min: z.number().positive() }).optional(),
    gated: z.literal(true).optional(),
  })
  .refine((value) => Object.keys(value).length > 0, {
    message: 'a requirement must demand something',
    params: { zh: '要求不能为空' },
  });

const requirement = z.strictObject({
  id: z.string().regex(/^[A-Z0-9]+$/),
  kind: z.string(),
  level: z.enum(['must', 'should', 'conditional', 'info']),
  label: bilingual,
  expr,
  textBasis: z.string(),
  inferred: z.boolean(),
  evidence: z.array(z.string()),
  onUndecided: z.enum(['NOTE', 'REVIEW']).optional(),
  thresholds: z.array(z.strictObject({ name: z.string(), source: z.enum(['text', 'inferred']) })).optional(),
});

const technique = z.enum([
  'radiograph',
  'mammography',
  'plain',
  'enhanced',
  'cta',
  'ctu',
  'mra',
  'ce-mra',
  'mrv',
  'ce-mrv',
  'hydrography',
]);

const item = z.strictObject({
  code: z.string().regex(/^[A-Z]{2}-\d{2,3}$/),
  category: z.enum(['DR', 'CT', 'MR']),
  sourceItem: z.string(),
  textVerbatim: z.string().min(1),
  textClean: z.string().min(1),
  textPart: z.string().optional(),
  itemInferred: z.boolean(),
  name: bilingual,
  modality: z.array(z.string()).min(1),
  /** Which lexicon regions and which technique of an exam select this item. */
  selector: z.strictObject({ regions: z.array(z.string()).min(1), technique }),
  bodyRegions: z.array(
    z.strictObject({
      id: z.string(),
      snomed: z.strictObject({ code: z.string(), display: z.string() }).nullable(),
      bodyPartExamined: z.array(z.string()),
    }),
  ),
  laterality: z.enum(['any', 'either', 'both']),
  contrast: z.strictObject({
    mode: z.string(),
    phases: z.array(phaseId).optional(),
    textBasis: z.string(),
    inferred: z.boolean(),
  }),
  requirements: z.array(requirement).min(1),
  identification: z.strictObject({
    zh: z.array(z.string()),
    en: z.array(z.string()),
    loinc: z.array(z.strictObject({ code: z.string(), display: z.string() })),
    confusableWith: z.array(z.string()),
  }),
  notEligible: z.array(z.strictObject({ technique, textVerbatim: z.string(), text: bilingual })).optional(),
  readings: z.array(z.string()),
});

/** A region's list of mutually recognised results as versioned data. */
export const catalogueSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    // Both stand in addresses and in `id@version`.
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
    version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$/),
    title: bilingual,
    /** Administrative division whose hospitals it judges (GB/T 2260). */
    region: z.strictObject({ code: z.string().regex(/^[1-9]\d{5}$/), name: bilingual }),
    effective: z.strictObject({
      from: z.iso.date(),
      until: z.iso.date().nullable(),
      inferred: z.boolean(),
    }),
    provenance: z.strictObject({
      document: z.string(),
      parent: z.string().optional(),
      counts: z.record(z.string(), z.number()),
      /** What is known of where it comes from, what was read into it, and what of the list it leaves out. */
      notes: z.array(bilingual).optional(),
    }),
    readings: z.record(z.string(), z.string()),
    items: z.array(item).min(1),
  })
  .superRefine((catalogue, context) => {
    const fault = (path: (string | number)[], zh: string, message: string): void =>
      context.addIssue({ code: 'custom', path, message, params: { zh } });
    const { from, until } = catalogue.effective;
    if (until !== null && until < from)
      fault(['effective', 'until'], '截止日期早于开始日期', 'ends before it begins');
    const codes = new Set<string>();
    for (const [at, one] of catalogue.items.entries()) {
      if (codes.has(one.code))
        fault(['items', at, 'code'], `项目 ${one.code} 出现两次`, `item ${one.code} appears twice`);
      codes.add(one.code);
      const ids = new Set<string>();
      for (const [place, { id }] of one.requirements.entries()) {
        if (ids.has(id))
          fault(
            ['items', at, 'requirements', place, 'id'],
            `项目 ${one.code} 的要求 ${id} 出现两次`,
            `item ${one.code} has the requirement ${id} twice`,
          );
        ids.add(id);
      }
    }
  });

export type Catalogue = z.infer<typeof catalogueSchema>;
export type CatalogueItem = Catalogue['items'][number];
export type CatalogueRequirement = CatalogueItem['requirements'][number];
export type SeriesSpec = z.infer<typeof seriesSpec>;
export type Technique = z.infer<typeof technique>;
export type PlaneId = z.infer<typeof planeId>;

/**
 * Validates a catalogue document.
 * @throws {z.ZodError} naming every path that is wrong.
 */
export function parseCatalogue(json: unknown): Catalogue {
  return catalogueSchema.parse(json);
}

let parsedDefault: Catalogue | undefined;

/** The catalogue that ships with the product: the 52 items of Hechi, 2024. Parsed once. */
export function defaultCatalogue(): Catalogue {
  parsedDefault ??= parseCatalogue(hechi2024);
  return parsedDefault;
}

/** The documents that ship with the product; all but the default one are drafts for operators to complete. */
export function shippedCatalogues(): { document: unknown; isDefault: boolean }[] {
  return [
    { document: hechi2024, isDefault: true },
    { document: suizhou, isDefault: false },
  ];
}
