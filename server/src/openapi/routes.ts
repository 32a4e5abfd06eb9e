import { Router } from 'express';
import { OPENAPI } from './document.ts';

/** `GET /openapi.json`, below `/api`; for everyone, for it says nothing about patients. */
export function openApiRoutes(): Router {
  const router = Router();
  const text = JSON.stringify(OPENAPI);
  router.get('/openapi.json', (_req, res) => {
    res.set('Cache-Control', 'no-cache').type('json').send(text);
  });
  return router;
}
