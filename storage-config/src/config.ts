import path from 'node:path';
import { z } from 'zod';

const flag = z
  .enum(['on', 'off', 'true', 'false', '1', '0'])
  .transform((value) => value === 'on' || value === 'true' || value === '1');
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Every setting, its environment variable and its default. The README's table is generated from this. */
const schema = z.object({
  HUTONG_DATA: z
    .string()
    .min(1)
    .default('data')
    .describe('Folder of the embedded index, object store and secrets.'),
  HUTONG_HOST: z.string().min(1).default('127.0.0.1').describe('Address the server listens on.'),
  HUTONG_PORT: integer(0, 65535).default(8080).describe('Port the server listens on; 0 takes a free one.'),
  HUTONG_AUTH: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off` is for trials: loopback only, no credentials asked.'),
  HUTONG_PUBLIC_URL: z
    .url()
    .optional()
    .describe('Address people and machines reach the server at, when behind a proxy.'),
  HUTONG_TRUST_PROXY: flag.default(false).describe('Believe X-Forwarded-* of the proxy in front.'),
  HUTONG_DEFAULT_HOSPITAL: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('default')
    .describe('Hospital that stores go to when HUTONG_AUTH is off and no hospital is in the path.'),
  HUTONG_REGION_NAME: z
    .string()
    .min(1)
    .default('龙南市')
    .describe('Recognition scope whose HR label is given.'),
  HUTONG_DATABASE_URL: z
    .string()
    .startsWith('postgres')
    .optional()
    .describe('PostgreSQL of the index; embedded when not set.'),
  HUTONG_DATABASE_POOL: integer(2, 200).default(10).describe('Connections to PostgreSQL per process.'),
  HUTONG_REDIS_URL: z
    .string()
    .startsWith('redis')
    .optional()
    .describe('Redis for BullMQ; jobs go through PostgreSQL when not set.'),
  HUTONG_S3_ENDPOINT: z
    .url()
    .optional()
    .describe('S3 server of the object store; the file system is used when not set.'),
  HUTONG_S3_BUCKET: z.string().min(3).max(63).default('hutong').describe('Bucket of the object store.'),
  HUTONG_S3_REGION: z.string().default('us-east-1').describe('S3 region.'),
  HUTONG_S3_ACCESS_KEY: z.string().optional().describe('S3 access key.'),
  HUTONG_S3_SECRET_KEY: z.string().optional().describe('S3 secret key.'),
  HUTONG_QUIET_SECONDS: z.coerce
    .number()
    .min(0)
    .max(86400)
    .default(30)
    .describe('How long a study must be quiet before it is judged.'),
  HUTONG_SETTLED_HOURS: z.coerce
    .number()
    .min(0)
    .max(720)
    .default(6)
    .describe('After how long without new images absent parts are missing, not late.'),
  HUTONG_UPLOAD_TIMEOUT_SECONDS: integer(1, 86400)
    .default(120)
    .describe('How long a store request may send nothing.'),
  HUTONG_MAX_CONCURRENT_STORES: integer(1, 1024)
    .default(16)
    .describe('Store requests worked on at once; more are answered 503.'),
  HUTONG_SHUTDOWN_SECONDS: integer(1, 600)
    .default(20)
    .describe('How long open requests may finish at shutdown.'),
  HUTONG_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Lowest level logged.'),
  HUTONG_WORKER_CONCURRENCY: integer(1, 64)
    .default(2)
    .describe('Conformance jobs at once per worker process.'),
});

export interface S3Config {
  endpoint: URL;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

export interface HutongConfig {
  /** Absolute folder of the embedded parts. */
  dataDirectory: string;
  host: string;
  port: number;
  auth: 'on' | 'off';
  publicUrl: string | null;
  trustProxy: boolean;
  defaultHospital: string;
  regionName: string;
  /** null: embedded PostgreSQL. */
  databaseUrl: string | null;
  databasePool: number;
  /** null: BullMQ's PostgreSQL backend. */
  redisUrl: string | null;
  /** null: file system under {@link dataDirectory}. */
  s3: S3Config | null;
  quietSeconds: number;
  settledHours: number;
  uploadTimeoutSeconds: number;
  maxConcurrentStores: number;
  shutdownSeconds: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  workerConcurrency: number;
}

/** The environment does not make a configuration; the message names every wrong variable. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Reads and checks the configuration once, at start.
 *
 * @param env environment variables; empty values count as not set, unknown `HUTONG_*` names are refused
 * @throws ConfigError naming every variable that is wrong
 */
export function loadConfig(env: Record<string, string | undefined>): HutongConfig {
  const given = Object.fromEntries(
    Object.entries(env).filter(([key, value]) => key in schema.shape && value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration is not usable:\n${lines.join('\n')}`);
  }
  const values = parsed.data;
  const problems: string[] = [];
  if (values.HUTONG_AUTH === 'off' && !LOOPBACK.has(values.HUTONG_HOST)) {
    problems.push(
      `  HUTONG_AUTH: off is only allowed when HUTONG_HOST is a loopback address (it is ${values.HUTONG_HOST})`,
    );
  }
  let s3: S3Config | null = null;
  if (values.HUTONG_S3_ENDPOINT !== undefined) {
    if (values.HUTONG_S3_ACCESS_KEY === undefined)
      problems.push('  HUTONG_S3_ACCESS_KEY: needed with HUTONG_S3_ENDPOINT');
    if (values.HUTONG_S3_SECRET_KEY === undefined)
      problems.push('  HUTONG_S3_SECRET_KEY: needed with HUTONG_S3_ENDPOINT');
    s3 = {
      endpoint: new URL(values.HUTONG_S3_ENDPOINT),
      bucket: values.HUTONG_S3_BUCKET,
      region: values.HUTONG_S3_REGION,
      accessKey: values.HUTONG_S3_ACCESS_KEY ?? '',
      secretKey: values.HUTONG_S3_SECRET_KEY ?? '',
    };
  }
  if (problems.length > 0) throw new ConfigError(`The configuration is not usable:\n${problems.join('\n')}`);
  return {
    dataDirectory: path.resolve(values.HUTONG_DATA),
    host: values.HUTONG_HOST,
    port: values.HUTONG_PORT,
    auth: values.HUTONG_AUTH,
    publicUrl: values.HUTONG_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    trustProxy: values.HUTONG_TRUST_PROXY,
    defaultHospital: values.HUTONG_DEFAULT_HOSPITAL,
    regionName: values.HUTONG_REGION_NAME,
    databaseUrl: values.HUTONG_DATABASE_URL ?? null,
    databasePool: values.HUTONG_DATABASE_POOL,
    redisUrl: values.HUTONG_REDIS_URL ?? null,
    s3,
    quietSeconds: values.HUTONG_QUIET_SECONDS,
    settledHours: values.HUTONG_SETTLED_HOURS,
    uploadTimeoutSeconds: values.HUTONG_UPLOAD_TIMEOUT_SECONDS,
    maxConcurrentStores: values.HUTONG_MAX_CONCURRENT_STORES,
    shutdownSeconds: values.HUTONG_SHUTDOWN_SECONDS,
    logLevel: values.HUTONG_LOG_LEVEL,
    workerConcurrency: values.HUTONG_WORKER_CONCURRENCY,
  };
}

/** One row per setting, for the README and `hutong config`. */
export function describeConfig(): { name: string; default: string; description: string }[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    const parsed = type.safeParse(undefined);
    const value: unknown = parsed.success ? parsed.data : undefined;
    return {
      name,
      default: value === undefined ? '' : value === false ? 'off' : value === true ? 'on' : String(value),
      description: type.description ?? '',
    };
  });
}
