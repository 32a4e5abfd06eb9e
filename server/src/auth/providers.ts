import { ConfigError, type HutongConfig, type SignInConfig } from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import { Provider } from './provider.ts';
import { readProviderSettings } from './providerSettings.ts';

type Providers = ReadonlyMap<string, Provider>;

/** Made once of each configuration, so that metadata and keys are asked for once. */
const opened = new WeakMap<SignInConfig, Providers>();

/**
 * The providers of identity that the configuration names, by their id.
 *
 * @throws ConfigError when their file is not usable, or there is no key to seal their tokens with
 */
export function openProviders(parts: {
  config: Pick<HutongConfig, 'signIn'>;
  secrets?: ServerParts['secrets'];
}): Providers {
  const { signIn } = parts.config;
  const providers =
    opened.get(signIn) ??
    new Map(readProviderSettings(signIn.providersFile).map((each) => [each.id, new Provider(each)]));
  opened.set(signIn, providers);
  if (providers.size > 0 && parts.secrets?.usable === false)
    throw new ConfigError(
      'HUTONG_OIDC_PROVIDERS_FILE: what providers give is kept sealed; set HUTONG_SECRET_KEY_FILE to a file with 32 random bytes in base64',
    );
  return providers;
}
