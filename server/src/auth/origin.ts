import type { NextFunction, Request, Response } from 'express';
import type { HutongConfig } from '@hutong/storage-config';
import { problem } from '../problem.ts';

const LOOPBACK_ADDRESS = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_NAME = /^(localhost|127\.0\.0\.1|\[::1\])$/;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const FORWARDED_HEADER = /^(forwarded|x-forwarded-.+|x-real-ip|via)$/;
const HOST = /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?$/;

/**
 * URL of this server as the client knows it, without a trailing slash: the configured one, else from the Host header.
 *
 * @throws HttpProblem 400 when the Host header is no host
 */
export function serverUrl(req: Request, config: Pick<HutongConfig, 'publicUrl'>): string {
  if (config.publicUrl !== null) return config.publicUrl;
  // Express types the host as always there; HTTP/1.0 requests may have none, and then mean the address they came to.
  const host = (req.host as string | undefined) ?? addressOf(req);
  if (!HOST.test(host) || !(hasOneHost(req) || needsNoHost(req))) {
    throw problem('bad-request', {
      detail: 'The Host header is missing or malformed.',
      detailZh: 'Host 头缺失或格式不正确。',
    });
  }
  return `${req.protocol}://${host}`;
}

/**
 * The same where it is certain: the configured URL, or this machine itself. What is told by a name that a client made up in
 * its Host header, as tokens are that are for an address, is believed under neither. null: not certain.
 */
export function certainUrl(req: Request, config: Pick<HutongConfig, 'publicUrl'>): string | null {
  if (config.publicUrl !== null) return config.publicUrl;
  const url = new URL(serverUrl(req, config));
  const local = req.socket.localAddress?.replace(/^::ffff:/, '') ?? '';
  const here = LOOPBACK_NAME.test(url.hostname) || url.hostname === local || url.hostname === `[${local}]`;
  return here && url.port === String(req.socket.localPort ?? '') ? url.origin : null;
}

/** Of several Host headers a proxy may believe another than this server does (RFC 9112 §3.2). */
const hasOneHost = (req: Request): boolean => req.headersDistinct['host']?.length === 1;

const needsNoHost = (req: Request): boolean => req.httpVersion === '1.0' && req.headers.host === undefined;

function addressOf(req: Request): string {
  const { localAddress = '', localPort } = req.socket;
  if (!needsNoHost(req) || localPort === undefined) return '';
  const name = localAddress.replace(/^::ffff:/, '');
  return `${name.includes(':') ? `[${name}]` : name}:${localPort}`;
}

/**
 * Without authentication only this very machine may ask: the connection comes from loopback, the Host header names
 * loopback (so that no foreign page can reach the server through a name of its own), and no proxy stands between.
 */
export function loopbackOnly(req: Request, _res: Response, next: NextFunction): void {
  const forwarded = Object.keys(req.headers).some((name) => FORWARDED_HEADER.test(name));
  const local =
    LOOPBACK_ADDRESS.test(req.socket.remoteAddress ?? '') &&
    hasOneHost(req) &&
    LOOPBACK_HOST.test(req.headers.host ?? '');
  if (local && !forwarded) {
    next();
    return;
  }
  throw problem('forbidden', {
    detail:
      'Authentication is off, so only this machine itself may ask, directly and by a loopback name. Set HUTONG_AUTH=on.',
    detailZh: '未启用身份验证，仅允许本机以回环地址直接访问；如需远程访问请设置 HUTONG_AUTH=on。',
  });
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a foreign page is behind a request that changes something. Browsers say where such requests come from
 * (Origin, Sec-Fetch-Site); programs say nothing and hold no cookie that a page could borrow.
 */
export function comesFromForeignPage(req: Request, config: Pick<HutongConfig, 'publicUrl'>): boolean {
  if (SAFE_METHODS.has(req.method)) return false;
  const site = req.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = req.get('origin');
  return origin !== undefined && origin !== new URL(serverUrl(req, config)).origin;
}

/** Refuses state-changing requests of foreign pages. */
export function refuseForeignPages(config: Pick<HutongConfig, 'publicUrl'>) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    if (!comesFromForeignPage(req, config)) {
      next();
      return;
    }
    throw problem('forbidden', {
      detail: 'Requests that change something are only taken from pages of this server.',
      detailZh: '仅接受来自本系统页面的修改请求。',
    });
  };
}
