import { ConfigError, type HutongConfig } from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import { Provider } from './provider.ts';
import { readProviderSettings } from './providerSettings.ts';

/**
 * The providers of identity that the configuration names, by their id.
 *
 * @throws ConfigError when their file is not usable, or there is no key to seal their tokens with
 */
export function openProviders(parts: {
  config: Pick<HutongConfig, 'signIn'>;
  secrets?: ServerParts['secrets'];
}): ReadonlyMap<string, Provider> {
  const { signIn } = parts.config;
  // A configuration that was made to be looked at has none.
  const settings = readProviderSettings(
    (signIn as HutongConfig['signIn'] | undefined)?.providersFile ?? null,
  );
  if (settings.length > 0 && parts.secrets?.usable !== true)
    throw new ConfigError(
      'HUTONG_OIDC_PROVIDERS_FILE: what providers give is kept sealed; set HUTONG_SECRET_KEY_FILE to a file with 32 random bytes in base64',
    );
  return new Map(settings.map((each) => [each.id, new Provider(each)]));
}
