/** Words of signing in by name and password, and of the own account. */
import type { Language } from './language.ts';

const zh = {
  signIn: {
    title: '登录互通',
    username: '用户名',
    password: '密码',
    oneTime: '动态口令',
    oneTimeHint: '身份验证器 App 中显示的 6 位数字',
    submit: '登录',
    busy: '正在登录…',
    failed: '登录失败',
    network: '服务器没有应答，请检查网络后重试。',
    server: '登录时出错，请重试。',
    show: '显示密码',
    hide: '隐藏密码',
    link: '没有账号？用一次性登录链接',
    byProvider: (name: string) => `使用${name}登录`,
    orAccount: '或使用本系统账号',
    ended: '登录已超时或已在别处退出。重新登录后回到当前页面。',
    locked: (time: string) => `尝试次数过多，请在 ${time} 后重试。曾登录过的电脑不受他人输错密码影响。`,
    recovery: '恢复码',
    recoveryHint: '设置动态口令时保存的恢复码，每个只能用一次。',
    useRecovery: '手机不在身边？用恢复码',
    useApp: '改用动态口令',
  },
  provider: {
    unnamed: '统一身份认证',
    problem: {
      'provider-unavailable': {
        title: '暂时无法连接身份认证系统',
        text: (name: string) => `${name}没有应答。请稍后重试，或使用本系统账号登录。`,
      },
      'provider-answer': {
        title: '身份认证结果无法确认',
        text: (name: string) => `${name}返回的结果未通过校验，没有登录。请重试；仍不成功请联系信息科。`,
      },
      'state-expired': {
        title: '登录已过期',
        text: () => '登录用时过长，或不是由本浏览器发起。请重新登录。',
      },
      cancelled: { title: '登录已取消', text: (name: string) => `您在${name}取消了登录。` },
      'no-role': {
        title: '没有使用权限',
        text: (name: string) => `${name}确认了您的身份，但没有为您分配本系统的角色。请联系信息科开通。`,
      },
      'second-factor-missing': {
        title: '需要第二因子',
        text: (name: string) => `您的角色要求双因子登录，请先在${name}启用第二因子后重试。`,
      },
      'account-disabled': {
        title: '账号已停用',
        text: () => '您的账号在本系统已停用，请联系信息科。',
      },
    },
  },
  idle: {
    title: '即将自动退出',
    text: (time: string) => `长时间无操作，将在 ${time} 后退出登录。`,
    stay: '继续使用',
    signOut: '立即退出',
  },
  own: {
    title: '请设置自己的密码',
    text: '当前密码由他人告知，仅用于首次登录。设置新密码后即可使用。',
    present: '当前密码',
    wanted: '新密码',
    again: '再次输入新密码',
    rule: '至少 10 个字符，含小写、大写、数字、符号中的三种；或 16 个以上字符。不能包含姓名或用户名，不能是常见密码或最近 5 次用过的密码。',
    differ: '两次输入的新密码不一致',
    submit: '设置密码',
    failed: '密码修改失败',
    done: '密码已修改，其他设备上的登录已退出',
    agedTitle: '密码已到期，请更换',
    agedText: '按安全规定，密码须定期更换。设置新密码后即可继续使用。',
  },
};

export type AccountWords = typeof zh;

const en: AccountWords = {
  signIn: {
    title: 'Sign in to Hutong',
    username: 'User name',
    password: 'Password',
    oneTime: 'One-time password',
    oneTimeHint: 'The six digits your authenticator app shows',
    submit: 'Sign in',
    busy: 'Signing in…',
    failed: 'Not signed in',
    network: 'The server did not answer. Check the network and try again.',
    server: 'Something went wrong while signing in. Try again.',
    show: 'Show the password',
    hide: 'Hide the password',
    link: 'No account? Use a one-time sign-in link',
    byProvider: (name) => `Sign in with ${name}`,
    orAccount: 'or with an account of this system',
    ended: 'You were signed out, after a time without use or elsewhere. Sign in to go on where you were.',
    locked: (time) =>
      `Too many attempts. Try again in ${time}. A computer that you signed in with before is not held up by mistakes of others.`,
    recovery: 'Recovery code',
    recoveryHint: 'One of those you kept when you set up one-time passwords; each is good once.',
    useRecovery: 'Phone not at hand? Use a recovery code',
    useApp: 'Use a one-time password',
  },
  provider: {
    unnamed: 'the identity provider',
    problem: {
      'provider-unavailable': {
        title: 'The identity provider cannot be reached',
        text: (name) => `${name} did not answer. Try again later, or sign in with an account of this system.`,
      },
      'provider-answer': {
        title: 'The answer could not be confirmed',
        text: (name) =>
          `What ${name} answered did not stand the checks, so you were not signed in. Try again; if it goes on, ask your IT department.`,
      },
      'state-expired': {
        title: 'The sign-in has expired',
        text: () => 'It took too long, or was begun in another browser. Sign in again.',
      },
      cancelled: { title: 'Sign-in cancelled', text: (name) => `You cancelled the sign-in at ${name}.` },
      'no-role': {
        title: 'No access',
        text: (name) =>
          `${name} knows you, but gives you no role in this system. Ask your IT department for one.`,
      },
      'second-factor-missing': {
        title: 'A second factor is needed',
        text: (name) => `Your role asks for one. Set it up at ${name} and try again.`,
      },
      'account-disabled': {
        title: 'The account is disabled',
        text: () => 'Your account in this system is disabled. Ask your IT department.',
      },
    },
  },
  idle: {
    title: 'About to sign you out',
    text: (time) => `Nobody has worked here for a while. You are signed out in ${time}.`,
    stay: 'Stay signed in',
    signOut: 'Sign out now',
  },
  own: {
    title: 'Choose your own password',
    text: 'The present one was given to you for the first sign-in alone. Choose your own to go on.',
    present: 'Present password',
    wanted: 'New password',
    again: 'New password again',
    rule: 'At least 10 characters with three of small letters, capitals, digits and signs; or 16 characters and more. Not your name or user name, none of the commonest, none of your last five.',
    differ: 'The two new passwords differ',
    submit: 'Set the password',
    failed: 'The password was not changed',
    done: 'The password was changed; other devices were signed out',
    agedTitle: 'Your password is too old',
    agedText: 'It has to be changed from time to time. Choose a new one to go on.',
  },
};

export const accountWords: Record<Language, AccountWords> = { zh, en };
