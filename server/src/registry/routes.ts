import type { Router } from 'express';
import { registryDeviceRoutes } from './deviceRoutes.ts';
import { registryEvaluationRoutes } from './evaluationRoutes.ts';
import { registryHospitalRoutes } from './hospitalRoutes.ts';
import type { RegistryParts } from './parts.ts';
import { registryScopeRoutes } from './scopeRoutes.ts';
import { registryTableRoutes } from './tableRoutes.ts';

/** Below `/api/registry`: who takes part in mutual recognition, and what they are qualified for. */
export const registryRoutes = (parts: RegistryParts): Router[] => [
  registryHospitalRoutes(parts),
  registryScopeRoutes(parts),
  registryEvaluationRoutes(parts),
  registryDeviceRoutes(parts),
  registryTableRoutes(parts),
];
