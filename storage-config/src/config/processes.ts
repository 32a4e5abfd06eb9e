import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { fileOf, integer, type ValuesOf } from './settingKinds.ts';

/** Processes of servers and workers: how many, how much at once, where they log. */
export const processSettings = {
  HUTONG_UPLOAD_TIMEOUT_SECONDS: integer(1, 86400).default(120).meta({
    description: 'How long a store request may send nothing.',
    zh: '存储请求允许无数据的最长时间（秒）。',
  }),
  HUTONG_MAX_CONCURRENT_STORES: integer(1, 1024).default(16).meta({
    description: 'Store requests worked on at once; more are answered 503.',
    zh: '同时处理的存储请求数；超出者返回 503。',
  }),
  HUTONG_SERVERS: integer(1, 64).default(1).meta({
    description:
      'Server processes of `start` and `serve` on this machine, which share the port (Linux). Worth it from four cores on; each takes up to 300 MB, and pixel threads and connections are divided.',
    zh: '`start` 与 `serve` 在本机运行的服务进程数，共用同一端口（Linux）。四核以上才有收益；每个进程最多占用 300 MB 内存，像素线程与数据库连接由各进程分摊。',
  }),
  HUTONG_PIXEL_THREADS: integer(1, 256).optional().meta({
    description: 'Threads that decode, encode and render images; as many as there are cores when not set.',
    zh: '用于解码、编码和渲染图像的线程数；不设置则与处理器核数相同。',
  }),
  HUTONG_SPOOL_GIGABYTES: integer(1, 65536).default(16).meta({
    description:
      'Disk space under the data folder for stores whose metadata and bulk data come apart, until they are put together.',
    zh: '元数据与批量数据分开上传时，合成前可占用的数据文件夹磁盘空间（GB）。',
  }),
  HUTONG_SHUTDOWN_SECONDS: integer(1, 600).default(20).meta({
    description: 'How long open requests may finish at shutdown.',
    zh: '停机时等待未完成请求的时间（秒）。',
  }),
  HUTONG_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'Lowest level logged.', zh: '记录日志的最低级别。' }),
  HUTONG_LOG_FILE: z.string().optional().meta({
    description:
      'File the log goes to, warnings to stderr too; `start` and `demo` use hutong.log in the data folder.',
    zh: '日志文件，警告同时输出到标准错误；`start` 与 `demo` 默认使用数据文件夹下的 hutong.log。',
  }),
  HUTONG_WORKER_CONCURRENCY: integer(1, 64).default(2).meta({
    description: 'Conformance jobs at once per worker process.',
    zh: '每个工作进程同时核验的检查数。',
  }),
  HUTONG_REEVALUATION_SHARE: integer(1, 100).default(50).meta({
    description:
      'Share of the time, in percent, that one worker works on judging stored studies again; less while new studies wait.',
    zh: '后台重新核验已存检查占用一个工作进程时间的百分比；有新检查等待时自动降低。',
  }),
};

export interface ProcessConfig {
  uploadTimeoutSeconds: number;
  maxConcurrentStores: number;
  /** Processes that share the port. */
  servers: number;
  pixelThreads: number;
  /** Of one process, in GiB. */
  spoolGigabytes: number;
  shutdownSeconds: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** null: everything goes to stderr. */
  logFile: string | null;
  workerConcurrency: number;
  /** Percent of the time. */
  reevaluationShare: number;
}

export function processConfig(values: ValuesOf<typeof processSettings>): ProcessConfig {
  return {
    uploadTimeoutSeconds: values.HUTONG_UPLOAD_TIMEOUT_SECONDS,
    maxConcurrentStores: values.HUTONG_MAX_CONCURRENT_STORES,
    servers: values.HUTONG_SERVERS,
    pixelThreads: values.HUTONG_PIXEL_THREADS ?? availableParallelism(),
    spoolGigabytes: values.HUTONG_SPOOL_GIGABYTES,
    shutdownSeconds: values.HUTONG_SHUTDOWN_SECONDS,
    logLevel: values.HUTONG_LOG_LEVEL,
    logFile: fileOf(values.HUTONG_LOG_FILE),
    workerConcurrency: values.HUTONG_WORKER_CONCURRENCY,
    reevaluationShare: values.HUTONG_REEVALUATION_SHARE,
  };
}
