import type { Router } from 'express';
import type { ServerParts } from '../context.ts';
import { grantRoutes } from './grantRoutes.ts';
import { noticeRoutes } from './noticeRoutes.ts';
import { openRoutes } from './openRoutes.ts';
import { policyRoutes } from './policyRoutes.ts';
import { purposeRoutes } from './purposeRoutes.ts';

/** Access across hospitals, below `/api`: finding, opening, what is open, notices to hospitals, policy, purpose. */
export function accessRoutes(
  parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'personKeys'>,
): Router[] {
  return [
    openRoutes(parts),
    grantRoutes(parts),
    noticeRoutes(parts),
    policyRoutes(parts),
    purposeRoutes(parts),
  ];
}
