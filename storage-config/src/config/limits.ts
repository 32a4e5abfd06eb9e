import { z } from 'zod';
import { entriesOf, integer, type ValuesOf } from './settingKinds.ts';

/** Origins with commas, as browsers send them: scheme, host and port, nothing else. */
const origins = z.string().transform((text, context) => {
  const list = entriesOf(text);
  for (const origin of list) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    context.addIssue({
      code: 'custom',
      message: `"${origin}" is no origin such as https://viewer.example.org`,
    });
  }
  return list;
});

/** What callers and pages of others may ask of a server process. */
export const limitSettings = {
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
};

export interface LimitConfig {
  /** Of one key, person or share, to one process; 0: any number. */
  requestsPerMinute: number;
  requestsAtOnce: number;
  /** Without a valid credential, from one address; 0: any number. */
  strangerRequestsPerMinute: number;
  /** Origins whose pages may call the server with a key. */
  corsOrigins: readonly string[];
}

export function limitConfig(values: ValuesOf<typeof limitSettings>): LimitConfig {
  return {
    requestsPerMinute: values.HUTONG_REQUESTS_PER_MINUTE,
    requestsAtOnce: values.HUTONG_REQUESTS_AT_ONCE,
    strangerRequestsPerMinute: values.HUTONG_STRANGER_REQUESTS_PER_MINUTE,
    corsOrigins: values.HUTONG_CORS_ORIGINS,
  };
}
