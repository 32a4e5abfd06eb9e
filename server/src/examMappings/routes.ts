/** What the exam codes and names of hospitals stand for: lists, and who may change them. */
export { examChangeRoutes } from './changeRoutes.ts';
export { examListRoutes } from './listRoutes.ts';
