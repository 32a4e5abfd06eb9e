import type { ClientKind } from './clients.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const LONGEST = 2000;
/** Schemes that run or show something by themselves. */
const NOT_OF_APPS = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'blob:',
  'file:',
  'about:',
  'ftp:',
  'ws:',
  'wss:',
]);

/**
 * What is wrong with an address that a browser is sent back to; null when nothing is. Exactly one address: https, http on
 * this very machine, or, for apps on devices, a scheme of their own in reverse-domain form (RFC 8252 §7.1).
 */
export function redirectUriProblem(kind: ClientKind, text: string): { en: string; zh: string } | null {
  if (text.length > LONGEST || !URL.canParse(text)) return { en: 'it is no URL', zh: '不是有效的地址' };
  const url = new URL(text);
  if (url.hash !== '' || text.includes('#')) return { en: 'it has a fragment (#)', zh: '不得包含 # 片段' };
  if (text.includes('*')) return { en: 'it has a wildcard (*)', zh: '不得使用通配符 *' };
  if (url.username !== '' || url.password !== '')
    return { en: 'it holds a user name or password', zh: '不得包含用户名或密码' };
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:')
    return LOOPBACK.has(url.hostname)
      ? null
      : {
          en: 'http is for loopback addresses only; use https',
          zh: 'http 仅可用于本机回环地址，请使用 https',
        };
  if (kind !== 'native' || NOT_OF_APPS.has(url.protocol))
    return {
      en: 'it begins neither with https: nor with http://127.0.0.1',
      zh: '须以 https: 或 http://127.0.0.1 开头',
    };
  return url.protocol.includes('.')
    ? null
    : {
        en: 'a scheme of an app is a domain name backwards, such as cn.example.app:/callback',
        zh: '应用自定义协议须为反写域名，例如 cn.example.app:/callback',
      };
}

/** What is wrong with the address that is told of sign-outs; null when nothing is. */
export function logoutUriProblem(text: string): { en: string; zh: string } | null {
  return redirectUriProblem('web', text);
}
