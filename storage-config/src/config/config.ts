import { withSecretFiles } from '../secretFiles.ts';
import { auditConfig, type AuditConfig } from './audit.ts';
import { changeConfig, type ChangeConfig } from './changes.ts';
import { orderConfig, type OrderConfig } from './orders.ts';
import { conformanceConfig, type ConformanceConfig } from './conformance.ts';
import { figuresConfig, type FiguresConfig } from './figures.ts';
import { limitConfig, type LimitConfig } from './limits.ts';
import { networkConfig, type NetworkConfig } from './network.ts';
import { privacyConfig, type PrivacyConfig } from './privacy.ts';
import { processConfig, type ProcessConfig } from './processes.ts';
import { publicationConfig, type PublicationConfig } from './publication.ts';
import { regionConfig, type RegionConfig } from './region.ts';
import { registryConfig, type RegistryConfig } from './registry.ts';
import { reminderConfig, type ReminderConfig } from './reminders.ts';
import { secretConfig, type SecretConfig } from './secrets.ts';
import { settings } from './settings.ts';
import { peopleConfig, type PeopleConfig } from './signIn.ts';
import { storageConfig, type StorageConfig } from './storage.ts';

export interface HutongConfig
  extends
    NetworkConfig,
    PeopleConfig,
    RegionConfig,
    StorageConfig,
    SecretConfig,
    ConformanceConfig,
    FiguresConfig,
    RegistryConfig,
    ReminderConfig,
    PrivacyConfig,
    ProcessConfig,
    LimitConfig,
    ChangeConfig,
    OrderConfig,
    PublicationConfig,
    AuditConfig {}

/** The environment does not make a configuration; the message names every wrong variable. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const unusable = (problems: readonly string[]): ConfigError =>
  new ConfigError(`The configuration is not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`);

/**
 * Reads and checks the configuration once, at start.
 *
 * @param env environment variables; empty values count as not set, unknown `HUTONG_*` names are refused
 * @throws ConfigError naming every variable that is wrong
 */
export function loadConfig(env: Record<string, string | undefined>): HutongConfig {
  const secrets = withSecretFiles(env);
  if (secrets.problems.length > 0) throw unusable(secrets.problems);
  const named = Object.entries(secrets.env).filter(
    ([key, value]) => key.startsWith('HUTONG_') && value !== undefined && value !== '',
  );
  const unknown = named.filter(([key]) => !(key in settings.shape) && !key.startsWith('HUTONG_TEST_'));
  if (unknown.length > 0)
    throw unusable(unknown.map(([key]) => `${key}: no such setting; "hutong config" lists them`));
  const parsed = settings.safeParse(Object.fromEntries(named));
  if (!parsed.success)
    throw unusable(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const values = parsed.data;
  const problems: string[] = [];
  const config = {
    ...networkConfig(values, problems),
    ...peopleConfig(values),
    ...regionConfig(values),
    ...storageConfig(values, problems),
    ...secretConfig(values),
    ...conformanceConfig(values),
    ...figuresConfig(values),
    ...registryConfig(values),
    ...reminderConfig(values),
    ...privacyConfig(values),
    ...processConfig(values),
    ...limitConfig(values),
    ...changeConfig(values),
    ...orderConfig(values),
    ...publicationConfig(values),
    ...auditConfig(values, problems),
  };
  if (problems.length > 0) throw unusable(problems);
  return config;
}
