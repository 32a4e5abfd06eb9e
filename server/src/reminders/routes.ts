import type { RequestHandler, Router } from 'express';
import type { ReminderParts } from './ask.ts';
import { askRoutes } from './askRoutes.ts';
import { cardRoutes } from './cardRoutes.ts';
import { cdsClientRoutes } from './cdsClientRoutes.ts';
import { cdsHooksRoutes } from './cdsHooks/routes.ts';
import { listRoutes } from './listRoutes.ts';
import { policyRoutes } from './policyRoutes.ts';
import { worldSource } from './world.ts';

/**
 * The reminder before an exam is ordered: below `/api` for who holds a right of it (`managed`) and for who holds the token of a
 * card (`publicApi`), and CDS Hooks below `/cds-services`.
 */
export function reminderRoutes(parts: ReminderParts): {
  managed: Router[];
  publicApi: Router[];
  cdsHooks: (bounds: RequestHandler) => Router;
} {
  const world = worldSource(parts);
  return {
    managed: [
      askRoutes(parts, world),
      listRoutes(parts, world),
      policyRoutes(parts, world),
      cdsClientRoutes(parts, world),
    ],
    publicApi: [cardRoutes(parts, world)],
    cdsHooks: (bounds) => cdsHooksRoutes(parts, world, bounds),
  };
}
