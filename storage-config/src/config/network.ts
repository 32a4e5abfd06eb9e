import path from 'node:path';
import { z } from 'zod';
import { flag, integer, type ValuesOf } from './settingKinds.ts';

/** Where the server is, and how it is reached. */
export const networkSettings = {
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
};

export interface NetworkConfig {
  /** Absolute folder of the embedded parts. */
  dataDirectory: string;
  host: string;
  port: number;
  auth: 'on' | 'off';
  /** Without a slash at its end. */
  publicUrl: string | null;
  trustProxy: boolean;
  /** Lower case; null: client certificates are not told. */
  clientCertificateHeader: string | null;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** @param problems what is wrong is added, a line each */
export function networkConfig(values: ValuesOf<typeof networkSettings>, problems: string[]): NetworkConfig {
  if (values.HUTONG_AUTH === 'off' && !LOOPBACK.has(values.HUTONG_HOST))
    problems.push(
      `HUTONG_AUTH: off is only allowed when HUTONG_HOST is a loopback address (it is ${values.HUTONG_HOST})`,
    );
  if (values.HUTONG_CLIENT_CERTIFICATE_HEADER !== undefined && !values.HUTONG_TRUST_PROXY)
    problems.push('HUTONG_CLIENT_CERTIFICATE_HEADER: only believed with HUTONG_TRUST_PROXY');
  return {
    dataDirectory: path.resolve(values.HUTONG_DATA),
    host: values.HUTONG_HOST,
    port: values.HUTONG_PORT,
    auth: values.HUTONG_AUTH,
    publicUrl: values.HUTONG_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    trustProxy: values.HUTONG_TRUST_PROXY,
    clientCertificateHeader: values.HUTONG_CLIENT_CERTIFICATE_HEADER?.toLowerCase() ?? null,
  };
}
