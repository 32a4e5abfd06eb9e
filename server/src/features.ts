import type { Features } from './app.ts';
import type { ServerParts } from './context.ts';
import { qidoRoutes } from './qido/routes.ts';
import { stowRoutes } from './stow/routes.ts';
import { wadoRoutes } from './wado/routes.ts';

/** Every feature of the gateway, made from the same parts. */
export function allFeatures(parts: ServerParts): Features {
  return {
    dicomweb: [stowRoutes(parts), qidoRoutes(parts), wadoRoutes(parts)],
    api: [],
    publicApi: [],
  };
}
