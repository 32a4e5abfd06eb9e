import { z } from 'zod';
import { fileOf, flag, integer, type ValuesOf } from './settingKinds.ts';

/** How people sign in, and which duties one person may have together. */
export const signInSettings = {
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
      'Separate administrators from auditors and from patients: nobody is both administrator and auditor, administrators neither read images nor the audit trail, and auditors are appointed and given passwords at the command line alone.',
    zh: '三权分立：同一人不得兼任管理员与审计员，管理员不能查看影像与审计记录，审计员的任免与密码重置仅可通过命令行办理。',
  }),
};

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

export interface PeopleConfig {
  /** Administrators neither audit nor read. */
  separateDuties: boolean;
  signIn: SignInConfig;
}

export function peopleConfig(values: ValuesOf<typeof signInSettings>): PeopleConfig {
  return {
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
  };
}
