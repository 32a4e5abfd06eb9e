import { z } from 'zod';
import { fileOf, flag, type ValuesOf } from './settingKinds.ts';

/** Tokens that are issued, and the keys that seal secrets in the index. */
export const secretSettings = {
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
  HUTONG_PERSON_KEY_FILE: z.string().min(1).optional().meta({
    description:
      'File with the key that digests ID-card numbers and other identifiers of persons (`openssl rand -base64 32`), the same for all servers and workers; several keys, one a line: the first writes, all find. Without it a key is derived from the one that seals secrets.',
    zh: '用于证件号码等人员标识摘要（HMAC）的密钥文件（`openssl rand -base64 32`），所有服务与工作进程须一致；可逐行写多个：第一个用于写入，全部用于匹配。未设置时由主密钥派生。',
  }),
  HUTONG_PERSON_KEY: z.string().min(1).optional().meta({
    description: 'The same key or keys (with commas) as text, where there is no file.',
    zh: '无密钥文件时直接给出人员标识密钥（多个以逗号分隔）。',
  }),
};

export interface SecretConfig {
  /** Tokens are issued; never without authentication. */
  oidcIssuer: boolean;
  /** File with the keys that seal secrets; null: see {@link secretKey}. */
  secretKeyFile: string | null;
  /** The keys themselves; null: a file in the data folder beside an embedded index. */
  secretKey: string | null;
  /** File with the keys that digest identifiers of persons; null: see {@link personKey}. */
  personKeyFile: string | null;
  /** The keys themselves; null: they are derived from those that seal secrets. */
  personKey: string | null;
}

export function secretConfig(
  values: ValuesOf<typeof secretSettings> & { HUTONG_AUTH: 'on' | 'off' },
): SecretConfig {
  return {
    oidcIssuer: values.HUTONG_OIDC_ISSUER && values.HUTONG_AUTH === 'on',
    secretKeyFile: fileOf(values.HUTONG_SECRET_KEY_FILE),
    secretKey: values.HUTONG_SECRET_KEY ?? null,
    personKeyFile: fileOf(values.HUTONG_PERSON_KEY_FILE),
    personKey: values.HUTONG_PERSON_KEY ?? null,
  };
}
