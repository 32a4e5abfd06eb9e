export { orderFhirRoutes } from './fhirRoutes.ts';
export { intakeRoutes } from './intakeRoutes.ts';
export { orderListRoutes } from './listRoutes.ts';
export { studyReportRoutes } from './studyReportRoutes.ts';
