export { labelListRoutes } from './listRoutes.ts';
export { labelPolicyRoutes } from './policyRoutes.ts';
export { studyLabelRoutes } from './studyRoutes.ts';
export { labelWithdrawalRoutes } from './withdrawalRoutes.ts';
