import type { Bilingual } from '@hutong/conformance';
import type { Share, ShareFactor } from '@hutong/storage-config';

const ASKED: Readonly<Record<ShareFactor, Bilingual>> = {
  code: { zh: '6 位验证码（另行告知）', en: 'the 6-digit code, told to you separately' },
  oneTimeCode: { zh: '一次性验证码（另行告知）', en: 'a one-time code, told to you separately' },
  password: { zh: '访问密码（另行告知）', en: 'the password, told to you separately' },
  idDigits: { zh: '患者身份证号后几位', en: 'the end of the patient’s identity card number' },
  none: { zh: '无需验证', en: 'nothing' },
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const two = (n: number): string => String(n).padStart(2, '0');
const minuteOf = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;

/**
 * The slip of a share as one page for printing, 80 mm wide and more, without scripts or anything from elsewhere. Neither the
 * patient nor a code is on it: slips are left lying about.
 */
export function slipPage(
  share: Pick<
    Share,
    'accessionNumbers' | 'factor' | 'notBefore' | 'expiresAt' | 'maxUses' | 'audience' | 'signIn'
  >,
  hospital: Bilingual,
  qrCodePng: string,
): string {
  const asked = ASKED[share.factor];
  const rows: (readonly [string, string])[] = [
    ...(share.accessionNumbers.length === 0
      ? []
      : [['检查号 Accession number', share.accessionNumbers.map(escaped).join('<br>')] as const]),
    ...(share.notBefore.getTime() > Date.now() + 60_000
      ? [['开始时间 Opens from', minuteOf(share.notBefore)] as const]
      : []),
    ['有效期至 Valid until', minuteOf(share.expiresAt)],
    ...(share.maxUses === null ? [] : [['可打开次数 Times it opens', String(share.maxUses)] as const]),
    [
      '打开时需要 Asked for',
      share.signIn === null
        ? `${asked.zh}<br>${asked.en}`
        : `登录互通账号<br>signing in${share.factor === 'none' ? '' : `<br>${asked.zh}<br>${asked.en}`}`,
    ],
  ];
  const pending =
    share.accessionNumbers.length === 0
      ? ''
      : '<p class="quiet">检查完成、影像上传后即可查看。<br>Images appear here once they were taken and stored.</p>';
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>影像分享凭条</title><style>
@page{margin:8mm}body{font:11pt/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;
max-width:90mm;margin:0 auto;color:#000;background:#fff;text-align:center}h1{font-size:15pt;margin:0}p{margin:0 0 2mm}
img{width:50mm;height:50mm;image-rendering:pixelated}strong{font-size:13pt}dl{text-align:left;border-top:1px solid;
border-bottom:1px solid;padding:2mm 0;margin:3mm 0}dt{font-size:9pt}dd{margin:0 0 1mm;font-weight:600;overflow-wrap:anywhere}
.quiet{font-size:9pt}</style></head><body>
<h1>${escaped(hospital.zh)}</h1><p>${escaped(hospital.en)}</p>
<img src="${escaped(qrCodePng)}" alt="QR"><p><strong>${
    share.audience === 'colleague' ? '扫码查看影像' : '手机扫码查看影像'
  }</strong><br>Scan to see the images</p>${pending}
<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>
<p class="quiet">供参考，诊断以原始影像与报告为准。请妥善保管，不要转给他人。<br>For reference; the original images and the report
decide. Keep it safe and pass it to nobody.</p></body></html>
`;
}
