import { z } from 'zod';
import { integer, type ValuesOf } from './settingKinds.ts';

/** The index. */
export const indexSettings = {
  HUTONG_DATABASE_URL: z.string().startsWith('postgres').optional().meta({
    description: 'PostgreSQL of the index; embedded when not set. Or in a file: HUTONG_DATABASE_URL_FILE.',
    zh: '索引所用 PostgreSQL；不设置则使用内置。可改用文件：HUTONG_DATABASE_URL_FILE。',
  }),
  HUTONG_DATABASE_POOL: integer(2, 200)
    .default(10)
    .meta({ description: 'Connections to PostgreSQL per process.', zh: '每个进程的 PostgreSQL 连接数。' }),
};

/** Queues and the object store. */
export const objectSettings = {
  HUTONG_REDIS_URL: z.string().startsWith('redis').optional().meta({
    description:
      'Redis for BullMQ; jobs go through PostgreSQL when not set. Or in a file: HUTONG_REDIS_URL_FILE.',
    zh: 'BullMQ 所用 Redis；不设置则任务经 PostgreSQL 传递。可改用文件：HUTONG_REDIS_URL_FILE。',
  }),
  HUTONG_S3_ENDPOINT: z.url().optional().meta({
    description: 'S3 server of the object store; the file system is used when not set.',
    zh: '对象存储的 S3 服务；不设置则使用文件系统。',
  }),
  HUTONG_S3_BUCKET: z
    .string()
    .min(3)
    .max(63)
    .default('hutong')
    .meta({ description: 'Bucket of the object store.', zh: '对象存储的存储桶。' }),
  HUTONG_S3_REGION: z.string().default('us-east-1').meta({ description: 'S3 region.', zh: 'S3 区域。' }),
  HUTONG_S3_ACCESS_KEY: z.string().optional().meta({
    description: 'S3 access key. Or in a file: HUTONG_S3_ACCESS_KEY_FILE.',
    zh: 'S3 访问密钥。可改用文件：HUTONG_S3_ACCESS_KEY_FILE。',
  }),
  HUTONG_S3_SECRET_KEY: z.string().optional().meta({
    description: 'S3 secret key. Or in a file: HUTONG_S3_SECRET_KEY_FILE.',
    zh: 'S3 私密密钥。可改用文件：HUTONG_S3_SECRET_KEY_FILE。',
  }),
};

export interface S3Config {
  endpoint: URL;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

export interface StorageConfig {
  /** null: embedded PostgreSQL. */
  databaseUrl: string | null;
  databasePool: number;
  /** null: BullMQ's PostgreSQL backend. */
  redisUrl: string | null;
  /** null: file system under the data folder. */
  s3: S3Config | null;
}

/** @param problems what is wrong is added, a line each */
export function storageConfig(
  values: ValuesOf<typeof indexSettings & typeof objectSettings>,
  problems: string[],
): StorageConfig {
  return {
    databaseUrl: values.HUTONG_DATABASE_URL ?? null,
    databasePool: values.HUTONG_DATABASE_POOL,
    redisUrl: values.HUTONG_REDIS_URL ?? null,
    s3: s3Config(values, problems),
  };
}

function s3Config(values: ValuesOf<typeof objectSettings>, problems: string[]): S3Config | null {
  if (values.HUTONG_S3_ENDPOINT === undefined) return null;
  for (const name of ['HUTONG_S3_ACCESS_KEY', 'HUTONG_S3_SECRET_KEY'] as const)
    if (values[name] === undefined) problems.push(`${name}: needed with HUTONG_S3_ENDPOINT`);
  return {
    endpoint: new URL(values.HUTONG_S3_ENDPOINT),
    bucket: values.HUTONG_S3_BUCKET,
    region: values.HUTONG_S3_REGION,
    accessKey: values.HUTONG_S3_ACCESS_KEY ?? '',
    secretKey: values.HUTONG_S3_SECRET_KEY ?? '',
  };
}
