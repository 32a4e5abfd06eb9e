import type { Router } from 'express';
import type { ServerParts } from '../context.ts';
import { cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { decisionRoutes, type RecognitionParts } from './decisionRoutes.ts';
import { listRoutes } from './listRoutes.ts';
import { reminderRoutes } from './reminderRoutes.ts';
import { studyRoutes } from './studyRoutes.ts';

/** Decisions on mutual recognition, below `/api`: recording, changing, lists, the page of a reminder, what the viewer asks. */
export function recognitionRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router[] {
  const own: RecognitionParts = { ...parts, catalogues: cataloguesSource(parts) };
  return [listRoutes(own), decisionRoutes(own), reminderRoutes(own), studyRoutes(own)];
}
