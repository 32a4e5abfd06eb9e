/** Corrections and their history: below a DICOMweb root, and below `/api`. */
export { deleteRoutes } from './deleteRoutes.ts';
export { historyRoutes } from './historyRoutes.ts';
export { keptAsideRoutes } from './keptAsideRoutes.ts';
