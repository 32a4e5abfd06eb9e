import { expect, test } from 'vitest';
import { timeAgo } from './timeAgo.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['2026-11-21T11:57:00Z', '3分钟前', '3 minutes ago'],
  ['2026-11-21T11:59:40Z', '刚刚', 'just now'],
  ['2026-11-20T11:00:00Z', '1天前', '1 day ago'],
  ['2026-11-21T14:10:00Z', '2小时后', 'in 2 hours'],
  ['no instant', '', ''],
])('%s is %s', (instant, zh, en) => {
  expect([timeAgo(instant, 'zh', NOW), timeAgo(instant, 'en', NOW)]).toEqual([zh, en]);
});
