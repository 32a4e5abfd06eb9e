/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { MadeShareBody, NewShareBody } from '@hutong/server/contract/shares';
import jsQR from 'jsqr';
import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { FactoryStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

/** What OHIF's cornerstone says when images go while it is about to show one, as they do when a share ends. */
const TAKEN_AWAY = /^The stack viewport has been destroyed/;

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

export const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

/** A cloud with one hospital, a signed-in maker of shares, and phones that open them. */
export interface ShareBench {
  cloud: RunningCloud;
  desk: Page;
  store: (study: Pick<FactoryStudy, 'instances'>) => Promise<void>;
  share: (body: Partial<NewShareBody>) => Promise<MadeShareBody>;
  /** Asks as the maker. */
  ask: (method: string, path: string) => Promise<number>;
  /** A page of a device of its own, watched. */
  open: (options?: BrowserContextOptions) => Promise<Page>;
  picture: (page: Page, name: string) => Promise<void>;
  /** Everything that pages asked for, since they were opened. */
  requests: string[];
  /** Errors of pages, and what their policy refused. */
  complaints: string[];
  close: () => Promise<void>;
}

export async function startShareBench(name: string): Promise<ShareBench> {
  const folder = temporaryFolder(name);
  fs.mkdirSync(PICTURES, { recursive: true });
  const cloud = await startCloud({ HUTONG_DATA: folder });
  const names = ['--name-zh', '市第一人民医院', '--name-en', 'First Hospital'];
  await hutong(['hospital', 'add', '--code', 'city-first', ...names], cloud.env);
  const key = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'store'], cloud.env);
  const browser: Browser = await launchBrowser();
  const desk = await browser.newPage();
  await desk.goto(cloud.signInLink ?? '');
  await desk.getByTestId('user-menu').waitFor();
  const requests: string[] = [];
  const complaints: string[] = [];
  const watch = (page: Page): void => {
    page.on('pageerror', (error) => {
      if (!TAKEN_AWAY.test(error.message)) complaints.push(error.stack ?? error.message);
    });
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => requests.push(request.url()));
  };
  return {
    cloud,
    desk,
    requests,
    complaints,
    store: async ({ instances }) => {
      for (const { bytes } of instances) {
        const { status } = await fetch(`${cloud.url}/dicomweb/studies`, {
          method: 'POST',
          headers: { 'content-type': 'application/dicom', authorization: `Bearer ${key}` },
          body: Buffer.from(bytes),
        });
        expect(status).toBe(200);
      }
    },
    share: async (body) => {
      const { status, made } = await desk.evaluate(
        async (wanted) => {
          const answer = await fetch('/api/shares', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(wanted),
          });
          return { status: answer.status, made: (await answer.json()) as unknown };
        },
        { hospital: 'city-first', hours: 24, factor: 'none', ...body },
      );
      expect({ status, made }).toMatchObject({ status: 201 });
      return made as MadeShareBody;
    },
    ask: (method, address) =>
      desk.evaluate(async ([how, where]) => (await fetch(where, { method: how })).status, [
        method,
        address,
      ] as const),
    open: async (options) => {
      const context = await browser.newContext({
        viewport: PHONE,
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
        locale: 'zh-CN',
        ...options,
      });
      const page = await context.newPage();
      watch(page);
      return page;
    },
    picture: async (page, file) => {
      // What slides in has arrived.
      await page.waitForTimeout(400);
      await page.screenshot({ path: path.join(PICTURES, `share-${file}.png`) });
    },
    close: async () => {
      await browser.close();
      await cloud.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a QR code in a picture says. */
export async function decodeQr(picture: Buffer): Promise<string> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return jsQR.default(new Uint8ClampedArray(data), info.width, info.height)?.data ?? '';
}

/** Fingers on a page. */
export async function fingersOn(page: Page) {
  const touch: CDPSession = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...at: (readonly [number, number])[]) =>
    touch.send('Input.dispatchTouchEvent', { type, touchPoints: at.map(([x, y], id) => ({ x, y, id })) });
  return {
    send,
    tap: async (x: number, y: number): Promise<void> => {
      await send('touchStart', [x, y]);
      await send('touchEnd');
    },
    drag: async (from: readonly [number, number], to: readonly [number, number], steps = 8) => {
      await send('touchStart', from);
      for (let step = 1; step <= steps; step++)
        await send('touchMove', [
          from[0] + ((to[0] - from[0]) * step) / steps,
          from[1] + ((to[1] - from[1]) * step) / steps,
        ]);
      await send('touchEnd');
    },
  };
}

/** Closes a page with the device it is on. */
export async function put(page: Page): Promise<void> {
  const context: BrowserContext = page.context();
  await context.close();
}

/** Waits until the stage shows stored pixels. */
export const pixelsOf = (page: Page) =>
  page.locator('[data-testid="stage"][data-shown="pixels"]').waitFor({ timeout: 60_000 });
