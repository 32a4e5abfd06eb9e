export type * from './types.ts';
export type * from './summary.ts';
export {
  catalogueSchema,
  defaultCatalogue,
  parseCatalogue,
  shippedCatalogues,
  type Catalogue,
  type CatalogueItem,
  type CatalogueRequirement,
} from './catalogue.ts';
export {
  chooseCatalogue,
  enclosingDivisions,
  type CatalogueChoice,
  type CatalogueChoiceReason,
  type CatalogueInForce,
} from './catalogueChoice.ts';
export { catalogueDifference, type CatalogueDifference } from './catalogueDifference.ts';
export {
  canonicalJson,
  readCatalogueDocument,
  type CatalogueFault,
  type CatalogueReading,
} from './catalogueDocument.ts';
export { SUMMARY_VERSION } from './summary.ts';
export { summarizeStudy } from './summarize.ts';
export { descriptorWords } from './descriptorWords.ts';
export { ENGINE_VERSION, evaluateStudy } from './evaluate.ts';
export type { ExamMappingEntry } from './examMapping.ts';
export { evidenceOf } from './evidence.ts';
export { examNameOf, examNamesOf, normaliseExamName, type ExamName } from './examNames.ts';
export { itemsOfOrder, type ItemsOfOrder } from './itemsOfOrder.ts';
export type { PlacedOrder } from './placedOrder.ts';
export { suggestItems, type ItemSuggestion } from './suggestItems.ts';
export type { EvaluationOptions } from './options.ts';
