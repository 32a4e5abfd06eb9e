import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { withSecretFiles } from './secretFiles.ts';

const flag = z
  .enum(['on', 'off', 'true', 'false', '1', '0'])
  .transform((value) => value === 'on' || value === 'true' || value === '1');
const integer = (min: number, max: number) => z.coerce.number('a number is expected').int().min(min).max(max);
/** Origins with commas, as browsers send them: scheme, host and port, nothing else. */
const origins = z.string().transform((text, context) => {
  const list = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  for (const origin of list) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    context.addIssue({
      code: 'custom',
      message: `"${origin}" is no origin such as https://viewer.example.org`,
    });
  }
  return list;
});

/** Addresses with commas where the audit trail goes: syslog by TLS or TCP, or a FHIR server. */
const auditDestinations = z.string().transform((text, context) => {
  const list = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  return list.map((written) => {
    const url = URL.canParse(written) ? new URL(written) : null;
    const isSyslog = url?.protocol === 'tls:' || url?.protocol === 'tcp:';
    const isFhir = url?.protocol === 'https:' || url?.protocol === 'http:';
    if (
      url === null ||
      url.hostname === '' ||
      url.username !== '' ||
      url.password !== '' ||
      url.search !== '' ||
      url.hash !== '' ||
      !(isFhir || (isSyslog && /^\/?$/.test(url.pathname)))
    )
      context.addIssue({
        code: 'custom',
        message: `"${written}" is no destination such as tls://audit.example.org:6514, tcp://10.0.0.5:601 or https://audit.example.org/fhir`,
      });
    return url === null ? written : url.href.replace(/\/+$/, '');
  });
});

/** Every setting, its environment variable and its default. The README's table is generated from this. */
const schema = z.object({
  HUTONG_DATA: z.string().min(1).default('data').meta({
    description: 'Folder of the embedded index, object store and secrets.',
    zh: '内置索引、对象存储与密钥所在文件夹。',
  }),
  HUTONG_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ description: 'Address the server listens on.', zh: '服务监听地址。' }),
  HUTONG_PORT: integer(0, 65535).default(8080).meta({
    description: 'Port the server listens on; 0 takes a free one.',
    zh: '服务监听端口；0 表示任选空闲端口。',
  }),
  HUTONG_AUTH: z.enum(['on', 'off']).default('on').meta({
    description: '`off` is for trials: loopback only, no credentials asked.',
    zh: '`off` 仅供试用：只监听本机，不要求凭证。',
  }),
  HUTONG_PUBLIC_URL: z.url().optional().meta({
    description: 'Address people and machines reach the server at, when behind a proxy.',
    zh: '位于代理之后时，人员与设备访问的地址。',
  }),
  HUTONG_TRUST_PROXY: flag.default(false).meta({
    description: 'Believe X-Forwarded-* of the proxy in front.',
    zh: '信任前置代理的 X-Forwarded-* 头。',
  }),
  HUTONG_CLIENT_CERTIFICATE_HEADER: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'the name of a header is expected')
    .optional()
    .meta({
      description:
        'Header in which the trusted proxy in front names the client certificate of a connection (SHA-256, or the certificate); for keys that are bound to one. Needs HUTONG_TRUST_PROXY.',
      zh: '前置可信代理用于传递客户端证书（SHA-256 指纹或证书本身）的请求头，供绑定证书的密钥使用；需启用 HUTONG_TRUST_PROXY。',
    }),
  HUTONG_SESSION_IDLE_MINUTES: integer(1, 1440).default(30).meta({
    description: 'After how long without use a person is signed out.',
    zh: '无操作多少分钟后自动退出登录。',
  }),
  HUTONG_SESSION_HOURS: integer(1, 168).default(12).meta({
    description: 'How long a person stays signed in at most.',
    zh: '一次登录最长保持的小时数。',
  }),
  HUTONG_SESSIONS_PER_ACCOUNT: integer(1, 1000).default(10).meta({
    description: 'Sessions that one account may have at once; the one used longest ago ends for a new one.',
    zh: '同一账号可同时保持的登录数；超出时最久未使用的一个自动退出。',
  }),
  HUTONG_SECOND_FACTOR: z.enum(['off', 'administrators', 'everybody']).default('off').meta({
    description:
      'Who has to sign in with a second factor: nobody, `administrators` (whoever administers, hospital IT and auditors), or `everybody`. 等保三级 asks for `everybody`.',
    zh: '必须使用第二因子登录的人员：`off` 不要求，`administrators` 管理员、医院信息科与审计员，`everybody` 所有人。等保三级应设为 `everybody`。',
  }),
  HUTONG_PASSWORD_DAYS: integer(0, 3650).default(0).meta({
    description:
      'After how many days a password has to be changed; 0: never. 等保三级 is usually met with 90.',
    zh: '密码多少天后必须更换；0 表示不要求。等保三级通常设为 90。',
  }),
  HUTONG_OIDC_PROVIDERS_FILE: z.string().min(1).optional().meta({
    description:
      'JSON file that names providers of identity (OpenID Connect, such as Keycloak) people sign in by, and which roles they give.',
    zh: '身份提供方（OpenID Connect，如 Keycloak）配置文件（JSON），含角色映射。',
  }),
  HUTONG_SEPARATE_DUTIES: flag.default(false).meta({
    description:
      'Separate administrators from auditors and from patients: nobody is both administrator and auditor, and administrators neither read images nor the audit trail.',
    zh: '三权分立：同一人不得兼任管理员与审计员，管理员不能查看影像与审计记录。',
  }),
  HUTONG_DEFAULT_HOSPITAL: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('default')
    .meta({
      description: 'Hospital that stores go to when HUTONG_AUTH is off and no hospital is in the path.',
      zh: 'HUTONG_AUTH 为 off 且路径未指明医院时，影像归属的医院。',
    }),
  HUTONG_REGION_NAME: z.string().min(1).default('龙南市').meta({
    description: 'Recognition scope whose HR label is given.',
    zh: '互认范围名称，标识文本为“范围名+HR”。',
  }),
  HUTONG_REGION_CODE: z
    .string()
    .regex(/^[1-9]\d{5}$/, 'six digits of GB/T 2260 are expected')
    .default('451200')
    .meta({
      description:
        'Administrative division (GB/T 2260) whose mutual-recognition list judges studies of hospitals that name no code as their region.',
      zh: '医院未填写行政区划代码时，按此行政区划（GB/T 2260）的互认清单核验。',
    }),
  HUTONG_DATABASE_URL: z.string().startsWith('postgres').optional().meta({
    description: 'PostgreSQL of the index; embedded when not set. Or in a file: HUTONG_DATABASE_URL_FILE.',
    zh: '索引所用 PostgreSQL；不设置则使用内置。可改用文件：HUTONG_DATABASE_URL_FILE。',
  }),
  HUTONG_DATABASE_POOL: integer(2, 200)
    .default(10)
    .meta({ description: 'Connections to PostgreSQL per process.', zh: '每个进程的 PostgreSQL 连接数。' }),
  HUTONG_OIDC_ISSUER: flag.default(true).meta({
    description:
      'Issue tokens (OpenID Connect, at /oidc) to applications and machines; `off` where a provider outside does. Needs HUTONG_PUBLIC_URL to be reached from other machines.',
    zh: '是否启用内置 OpenID Connect 签发服务（/oidc），为应用与系统签发令牌；由外部身份服务签发时设为 `off`。供其他机器访问时须设置 HUTONG_PUBLIC_URL。',
  }),
  HUTONG_SECRET_KEY_FILE: z.string().min(1).optional().meta({
    description:
      'File with the key that seals secrets in the index (`openssl rand -base64 32`), the same for all servers and workers; several keys, one a line: the first seals, all open. With the embedded index one is made in the data folder.',
    zh: '加密索引中各类密钥的主密钥文件（`openssl rand -base64 32`），所有服务与工作进程须一致；可逐行写多个：第一个用于加密，全部可用于解密。使用内置索引时自动在数据文件夹生成。',
  }),
  HUTONG_SECRET_KEY: z.string().min(1).optional().meta({
    description: 'The same key or keys (with commas) as text, where there is no file.',
    zh: '无密钥文件时直接给出主密钥（多个以逗号分隔）。',
  }),
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
  HUTONG_QUIET_SECONDS: z.coerce.number('a number is expected').min(0).max(86400).default(30).meta({
    description: 'How long a study must be quiet before it is judged.',
    zh: '检查静默多久后开始核验（秒）。',
  }),
  HUTONG_SETTLED_HOURS: z.coerce.number('a number is expected').min(0).max(720).default(6).meta({
    description: 'After how long without new images absent parts are missing, not late.',
    zh: '无新影像多少小时后，缺少的部分视为缺失而非未到。',
  }),
  HUTONG_EXPORT_KEEP_DAYS: integer(1, 365).default(14).meta({
    description: 'Days after which the archive of a de-identified export is removed.',
    zh: '去标识化导出文件的保留天数，到期自动删除。',
  }),
  HUTONG_EXPORT_MAX_STUDIES: integer(1, 100_000).default(1000).meta({
    description: 'Studies that one de-identified export may have.',
    zh: '单次去标识化导出的检查数上限。',
  }),
  HUTONG_EXPORT_RELEASE: flag.default(false).meta({
    description: 'Whether a second person has to release each de-identified export before it begins.',
    zh: '去标识化导出是否须由第二人批准后才开始。',
  }),
  HUTONG_DATA_PROTECTION_CONTACT: z.string().min(1).max(300).optional().meta({
    description: 'Whom to ask about data protection, as the page on it says: name, address, telephone.',
    zh: '个人信息保护联系方式（姓名、地址、电话），显示在数据保护说明页。',
  }),
  HUTONG_DELETED_KEEP_DAYS: integer(0, 36500).default(30).meta({
    description:
      'How long what was deleted or rejected can be recovered, in days; then its objects are removed for good. 0 keeps them.',
    zh: '已删除或被拒绝的影像可恢复的天数，到期后彻底清除；0 表示永久保留。',
  }),
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
  HUTONG_REQUESTS_PER_MINUTE: integer(0, 10_000_000).default(120_000).meta({
    description:
      'Requests a minute that one key, person or share may make of a server process; 0: any number.',
    zh: '每个密钥、用户或分享每分钟对单个服务进程的请求上限；0 表示不限。',
  }),
  HUTONG_REQUESTS_AT_ONCE: integer(8, 100_000).default(256).meta({
    description: 'Requests of one key, person or share that a server process works on at once.',
    zh: '单个服务进程同时处理的每个密钥、用户或分享的请求上限。',
  }),
  HUTONG_STRANGER_REQUESTS_PER_MINUTE: integer(0, 10_000_000).default(600).meta({
    description: 'Requests a minute without a valid credential from one network address; 0: any number.',
    zh: '单个网络地址每分钟无有效凭证的请求上限；0 表示不限。',
  }),
  HUTONG_CORS_ORIGINS: origins.default([]).meta({
    description: 'Origins, with commas, whose web pages may call the server with a key; none when not set.',
    zh: '允许其网页凭密钥调用本服务的来源（逗号分隔）；不设置则一概不允许。',
  }),
  HUTONG_CHANGES_DAYS: integer(1, 3650).default(90).meta({
    description: 'Days that the change feed goes back.',
    zh: '变更流保留的天数。',
  }),
  HUTONG_WEBHOOK_ADDRESSES: z.enum(['public', 'private', 'any']).default('private').meta({
    description:
      'Where webhooks may be delivered: `public` addresses, those of `private` networks too, or `any`, this machine included.',
    zh: '回调（webhook）可投递的地址：`public` 仅公网，`private` 另含内网，`any` 不限（含本机）。',
  }),
  HUTONG_AUDIT_DESTINATIONS: auditDestinations.default([]).meta({
    description:
      'Where the audit trail is sent, with commas: `tls://host:6514` (syslog over TLS, RFC 5425) or `tcp://host:601` for inside networks, with DICOM audit messages as IHE ITI-20 asks; `https://host/fhir` for FHIR AuditEvents.',
    zh: '审计记录的外送地址（逗号分隔）：`tls://host:6514`（TLS 上的 syslog，RFC 5425）或仅限内网的 `tcp://host:601`，按 IHE ITI-20 发送 DICOM 审计消息；`https://host/fhir` 发送 FHIR AuditEvent。',
  }),
  HUTONG_AUDIT_CA_FILE: z.string().min(1).optional().meta({
    description:
      'PEM file of the authorities that audit receivers are trusted by; those of the system when not set. Certificates are always checked.',
    zh: '校验审计接收端证书所用的 CA（PEM 文件）；不设置则使用系统 CA。证书校验不可关闭。',
  }),
  HUTONG_AUDIT_CERT_FILE: z.string().min(1).optional().meta({
    description: 'PEM file of the certificate that is shown to audit receivers, with HUTONG_AUDIT_KEY_FILE.',
    zh: '向审计接收端出示的客户端证书（PEM 文件），与 HUTONG_AUDIT_KEY_FILE 一起设置。',
  }),
  HUTONG_AUDIT_KEY_FILE: z.string().min(1).optional().meta({
    description: 'PEM file of the key of that certificate.',
    zh: '上述客户端证书的私钥（PEM 文件）。',
  }),
  HUTONG_AUDIT_TOKEN_FILE: z.string().min(1).optional().meta({
    description: 'File with the bearer token for the FHIR destination; read again at each delivery.',
    zh: 'FHIR 接收端的 Bearer 令牌文件；每次投递时重新读取。',
  }),
  HUTONG_ALERT_PATIENTS_PER_HOUR: integer(0, 100_000).default(60).meta({
    description:
      "How many different patients' studies one person may open in an hour before auditors are told; 0: never. Our own default, to be set to what is usual in the region.",
    zh: '同一人员一小时内打开多少名不同患者的检查后提醒审计员；0 表示不提醒。默认值为本软件自定，请按本地区实际调整。',
  }),
  HUTONG_ALERT_PEOPLE_PER_PATIENT: integer(0, 100_000).default(25).meta({
    description:
      'How many different people may open the studies of one patient in a day before auditors are told; 0: never. Our own default.',
    zh: '同一患者一天内被多少名不同人员打开后提醒审计员；0 表示不提醒。默认值为本软件自定。',
  }),
  HUTONG_ALERT_REFUSALS_PER_HOUR: integer(0, 100_000).default(30).meta({
    description:
      'How many refusals of one caller or address in an hour before auditors are told; 0: never. Our own default.',
    zh: '同一调用者或地址一小时内被拒绝多少次后提醒审计员；0 表示不提醒。默认值为本软件自定。',
  }),
  HUTONG_ALERT_EMERGENCIES_PER_DAY: integer(0, 100_000).default(5).meta({
    description:
      'How many times one person may break the glass in a day before auditors are told; 0: never. Our own default.',
    zh: '同一人员一天内紧急调阅多少次后提醒审计员；0 表示不提醒。默认值为本软件自定。',
  }),
});

export interface S3Config {
  endpoint: URL;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

/** Where the audit trail is sent, and with which files of the operator. */
export interface AuditExportConfig {
  /** Addresses: tls: and tcp: are syslog, https: and http: FHIR servers. */
  destinations: readonly string[];
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
  tokenFile: string | null;
}

/** From how many on auditors are told; 0: never. */
export interface AlertThresholds {
  patientsPerHour: number;
  peoplePerPatient: number;
  refusalsPerHour: number;
  emergenciesPerDay: number;
}

/** How people sign in, and for how long. */
export interface SignInConfig {
  sessions: { seconds: number; idleSeconds: number; perAccount: number };
  /** Who has to show a second factor. */
  secondFactor: 'off' | 'administrators' | 'everybody';
  /** Days that a password holds; 0: for ever. */
  passwordDays: number;
  /** null: people sign in with accounts of this installation alone. */
  providersFile: string | null;
}

export interface HutongConfig {
  /** Absolute folder of the embedded parts. */
  dataDirectory: string;
  host: string;
  port: number;
  auth: 'on' | 'off';
  publicUrl: string | null;
  trustProxy: boolean;
  /** Lower case; null: client certificates are not told. */
  clientCertificateHeader: string | null;
  /** Administrators neither audit nor read. */
  separateDuties: boolean;
  signIn: SignInConfig;
  defaultHospital: string;
  regionName: string;
  /** GB/T 2260. */
  regionCode: string;
  /** null: embedded PostgreSQL. */
  databaseUrl: string | null;
  databasePool: number;
  /** Tokens are issued; never without authentication. */
  oidcIssuer: boolean;
  /** File with the keys that seal secrets; null: see {@link secretKey}. */
  secretKeyFile: string | null;
  /** The keys themselves; null: a file in {@link dataDirectory} beside an embedded index. */
  secretKey: string | null;
  /** null: BullMQ's PostgreSQL backend. */
  redisUrl: string | null;
  /** null: file system under {@link dataDirectory}. */
  s3: S3Config | null;
  quietSeconds: number;
  settledHours: number;
  /** 0: for ever. */
  /** Whom to ask about data protection; null where nobody is named. */
  dataProtectionContact: string | null;
  /** De-identified exports. */
  exports: { keepDays: number; maxStudies: number; release: boolean };
  deletedKeepDays: number;
  uploadTimeoutSeconds: number;
  maxConcurrentStores: number;
  /** Of one process, in GiB. */
  spoolGigabytes: number;
  /** Processes that share the port. */
  servers: number;
  pixelThreads: number;
  shutdownSeconds: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** null: everything goes to stderr. */
  logFile: string | null;
  workerConcurrency: number;
  /** Percent of the time. */
  reevaluationShare: number;
  /** Origins whose pages may call the server with a key. */
  corsOrigins: readonly string[];
  /** Of one key, person or share, to one process; 0: any number. */
  requestsPerMinute: number;
  requestsAtOnce: number;
  /** Without a valid credential, from one address; 0: any number. */
  strangerRequestsPerMinute: number;
  /** Days that changes are kept. */
  changesDays: number;
  /** Addresses that webhooks may be delivered to. */
  webhookAddresses: 'public' | 'private' | 'any';
  auditExport: AuditExportConfig;
  alerts: AlertThresholds;
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
  const secrets = withSecretFiles(env);
  if (secrets.problems.length > 0)
    throw new ConfigError(
      `The configuration is not usable:\n${secrets.problems.map((line) => `  ${line}`).join('\n')}`,
    );
  const named = Object.entries(secrets.env).filter(
    ([key, value]) => key.startsWith('HUTONG_') && value !== undefined && value !== '',
  );
  const unknown = named
    .map(([key]) => key)
    .filter((key) => !(key in schema.shape) && !key.startsWith('HUTONG_TEST_'));
  if (unknown.length > 0) {
    throw new ConfigError(
      `The configuration is not usable:\n${unknown.map((key) => `  ${key}: no such setting; "hutong config" lists them`).join('\n')}`,
    );
  }
  const given = Object.fromEntries(named.filter(([key]) => key in schema.shape));
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
  if (values.HUTONG_CLIENT_CERTIFICATE_HEADER !== undefined && !values.HUTONG_TRUST_PROXY)
    problems.push('  HUTONG_CLIENT_CERTIFICATE_HEADER: only believed with HUTONG_TRUST_PROXY');
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
  if ((values.HUTONG_AUDIT_CERT_FILE === undefined) !== (values.HUTONG_AUDIT_KEY_FILE === undefined))
    problems.push('  HUTONG_AUDIT_CERT_FILE: is given together with HUTONG_AUDIT_KEY_FILE or not at all');
  if (problems.length > 0) throw new ConfigError(`The configuration is not usable:\n${problems.join('\n')}`);
  return {
    dataDirectory: path.resolve(values.HUTONG_DATA),
    host: values.HUTONG_HOST,
    port: values.HUTONG_PORT,
    auth: values.HUTONG_AUTH,
    publicUrl: values.HUTONG_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    trustProxy: values.HUTONG_TRUST_PROXY,
    clientCertificateHeader: values.HUTONG_CLIENT_CERTIFICATE_HEADER?.toLowerCase() ?? null,
    separateDuties: values.HUTONG_SEPARATE_DUTIES,
    signIn: {
      sessions: {
        seconds: values.HUTONG_SESSION_HOURS * 3600,
        idleSeconds: values.HUTONG_SESSION_IDLE_MINUTES * 60,
        perAccount: values.HUTONG_SESSIONS_PER_ACCOUNT,
      },
      secondFactor: values.HUTONG_SECOND_FACTOR,
      passwordDays: values.HUTONG_PASSWORD_DAYS,
      providersFile: fileOf(values.HUTONG_OIDC_PROVIDERS_FILE),
    },
    defaultHospital: values.HUTONG_DEFAULT_HOSPITAL,
    regionName: values.HUTONG_REGION_NAME,
    regionCode: values.HUTONG_REGION_CODE,
    databaseUrl: values.HUTONG_DATABASE_URL ?? null,
    databasePool: values.HUTONG_DATABASE_POOL,
    oidcIssuer: values.HUTONG_OIDC_ISSUER && values.HUTONG_AUTH === 'on',
    secretKeyFile:
      values.HUTONG_SECRET_KEY_FILE === undefined ? null : path.resolve(values.HUTONG_SECRET_KEY_FILE),
    secretKey: values.HUTONG_SECRET_KEY ?? null,
    redisUrl: values.HUTONG_REDIS_URL ?? null,
    s3,
    quietSeconds: values.HUTONG_QUIET_SECONDS,
    settledHours: values.HUTONG_SETTLED_HOURS,
    dataProtectionContact: values.HUTONG_DATA_PROTECTION_CONTACT ?? null,
    exports: {
      keepDays: values.HUTONG_EXPORT_KEEP_DAYS,
      maxStudies: values.HUTONG_EXPORT_MAX_STUDIES,
      release: values.HUTONG_EXPORT_RELEASE,
    },
    deletedKeepDays: values.HUTONG_DELETED_KEEP_DAYS,
    uploadTimeoutSeconds: values.HUTONG_UPLOAD_TIMEOUT_SECONDS,
    maxConcurrentStores: values.HUTONG_MAX_CONCURRENT_STORES,
    spoolGigabytes: values.HUTONG_SPOOL_GIGABYTES,
    servers: values.HUTONG_SERVERS,
    pixelThreads: values.HUTONG_PIXEL_THREADS ?? availableParallelism(),
    shutdownSeconds: values.HUTONG_SHUTDOWN_SECONDS,
    logLevel: values.HUTONG_LOG_LEVEL,
    logFile: values.HUTONG_LOG_FILE === undefined ? null : path.resolve(values.HUTONG_LOG_FILE),
    workerConcurrency: values.HUTONG_WORKER_CONCURRENCY,
    reevaluationShare: values.HUTONG_REEVALUATION_SHARE,
    requestsPerMinute: values.HUTONG_REQUESTS_PER_MINUTE,
    requestsAtOnce: values.HUTONG_REQUESTS_AT_ONCE,
    strangerRequestsPerMinute: values.HUTONG_STRANGER_REQUESTS_PER_MINUTE,
    corsOrigins: values.HUTONG_CORS_ORIGINS,
    changesDays: values.HUTONG_CHANGES_DAYS,
    webhookAddresses: values.HUTONG_WEBHOOK_ADDRESSES,
    auditExport: {
      destinations: values.HUTONG_AUDIT_DESTINATIONS,
      caFile: fileOf(values.HUTONG_AUDIT_CA_FILE),
      certFile: fileOf(values.HUTONG_AUDIT_CERT_FILE),
      keyFile: fileOf(values.HUTONG_AUDIT_KEY_FILE),
      tokenFile: fileOf(values.HUTONG_AUDIT_TOKEN_FILE),
    },
    alerts: {
      patientsPerHour: values.HUTONG_ALERT_PATIENTS_PER_HOUR,
      peoplePerPatient: values.HUTONG_ALERT_PEOPLE_PER_PATIENT,
      refusalsPerHour: values.HUTONG_ALERT_REFUSALS_PER_HOUR,
      emergenciesPerDay: values.HUTONG_ALERT_EMERGENCIES_PER_DAY,
    },
  };
}

const fileOf = (name: string | undefined): string | null => (name === undefined ? null : path.resolve(name));

export interface SettingDescription {
  name: string;
  /** The default as it would be written in the environment; empty when there is none. */
  default: string;
  description: string;
  descriptionZh: string;
}

/** One row per setting, for the README and `hutong config`. */
export function describeConfig(): SettingDescription[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    const parsed = type.safeParse(undefined);
    const value = parsed.success ? parsed.data : undefined;
    const { description = '', zh } = type.meta() ?? {};
    return {
      name,
      default: value === undefined ? '' : value === false ? 'off' : value === true ? 'on' : String(value),
      description,
      descriptionZh: typeof zh === 'string' ? zh : description,
    };
  });
}
