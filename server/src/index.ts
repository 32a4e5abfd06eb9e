import path from 'node:path';
import {
  AuditWriter,
  ensureScope,
  isOutage,
  lostKeyWarning,
  openPersonKeys,
  openSecretBox,
  secretKeyWarning,
} from '@hutong/storage-config';
import { createApp, type ViewerDirectories } from './app.ts';
import type { ServerParts } from './context.ts';
import { listen, type RunningServer } from './createServer.ts';
import { allFeatures } from './features.ts';
import { watchLogouts } from './oidc/logoutWatch.ts';
import { watchProviderSessions } from './providers/sessionWatch.ts';
import { createPixelThreads } from './pixelThreads/index.ts';

export { createApp, type AppParts, type Features, type ViewerDirectories } from './app.ts';
export type { Caller, DicomwebRoot, Scope, ServerParts } from './context.ts';
export { listen, type RunningServer } from './createServer.ts';
export { allFeatures } from './features.ts';
export { SERVER_PROCESS } from './processSettings.ts';

export interface ServerOptions extends Omit<
  ServerParts,
  'pixelThreads' | 'audit' | 'secrets' | 'personKeys'
> {
  /** Folders of the built portal and viewer; those of this checkout when absent. */
  viewerDirectories?: ViewerDirectories;
}

/** Pictures and frames that may wait for a thread: some seconds of work. */
const WAITING_PER_PIXEL_THREAD = 64;

const viewers = path.resolve(import.meta.dirname, '../../viewer');
const BUILT_HERE: ViewerDirectories = {
  portal: path.join(viewers, 'portal/dist'),
  ohif: path.join(viewers, 'ohif/dist'),
};

/**
 * Starts the gateway with all its features. The index, the object store and the log stay the caller's: they are to be
 * closed after the server.
 *
 * @throws Error when the address or port cannot be had
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { viewerDirectories = BUILT_HERE, ...given } = options;
  const { pixelThreads: threads } = given.config;
  const pixelThreads = createPixelThreads({ threads, queueLimit: threads * WAITING_PER_PIXEL_THREAD });
  const audit = new AuditWriter(given.index, given.log);
  const secrets = openSecretBox(given.config);
  const personKeys = openPersonKeys(given.config, secrets);
  const missing = secretKeyWarning(given.config);
  if (missing !== null) given.log.warn({ setting: 'HUTONG_SECRET_KEY_FILE' }, missing.en);
  const lost = await lostKeyWarning(given.index, secrets).catch((error: unknown) => {
    // The index may come later; then sign-ins that need the key say so themselves.
    if (isOutage(error)) return null;
    throw error;
  });
  if (lost !== null) given.log.error({ setting: 'HUTONG_SECRET_KEY_FILE' }, lost.en);
  await ensureScope(given.index, given.config.regionName).catch(() => {
    // The index may come later, or be migrated later: what needs the scope makes sure of it again.
    given.log.warn(
      { scope: given.config.regionName },
      'the default recognition scope is not in the index yet',
    );
  });
  const parts: ServerParts = { ...given, pixelThreads, audit, secrets, personKeys };
  const app = createApp({ ...parts, features: allFeatures(parts), viewerDirectories });
  const server = await listen(app, parts.config);
  const watches = [watchProviderSessions(parts), watchLogouts(parts)];
  parts.log.info({ port: server.port, auth: parts.config.auth }, 'server listens');
  return {
    ...server,
    async close() {
      await server.close();
      await Promise.all(watches.map((watch) => watch.stop()));
      await audit.stop();
      await pixelThreads.close();
    },
  };
}
