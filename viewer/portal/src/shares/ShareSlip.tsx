import { createPortal } from 'react-dom';
import type { Bilingual } from '@hutong/conformance';
import type { MadeShareBody, ShareFactorKind } from '@hutong/server/contract/shares';
import { formatInstant } from '../format/format.ts';

/** What a slip says of the exam. The patient's name is not on it: slips are left lying about. */
export interface SlipFacts {
  hospital: Bilingual;
  exam: Bilingual;
  /** YYYY-MM-DD or empty. */
  date: string;
}

const ASKED: Readonly<Record<ShareFactorKind, Bilingual>> = {
  code: { zh: '6 位验证码（另行告知）', en: 'the 6-digit code, told to you separately' },
  oneTimeCode: { zh: '一次性验证码（另行告知）', en: 'a one-time code, told to you separately' },
  password: { zh: '访问密码（另行告知）', en: 'the password, told to you separately' },
  idDigits: { zh: '患者身份证号后几位', en: 'the end of the patient’s identity card number' },
  none: { zh: '无需验证', en: 'nothing' },
};
const SIGN_IN: Bilingual = { zh: '登录互通账号', en: 'signing in' };

/** The slip that is printed: both languages, whatever the screen's is. It is on paper alone. */
export function ShareSlip({ made, facts }: { made: MadeShareBody; facts: SlipFacts }) {
  const asked = [
    ...(made.signIn === null ? [] : [SIGN_IN]),
    ...(made.signIn !== null && made.factor === 'none' ? [] : [ASKED[made.factor]]),
  ];
  const until = formatInstant(made.expiresAt);
  const exam = [facts.exam.zh || facts.exam.en, facts.date].filter((part) => part !== '').join(' · ');
  return createPortal(
    <section className="share-slip" aria-hidden="true">
      <h1>{facts.hospital.zh}</h1>
      <p>{facts.hospital.en}</p>
      <h2>{exam}</h2>
      {facts.exam.en !== '' && facts.exam.en !== facts.exam.zh && <p>{facts.exam.en}</p>}
      <img src={made.qrCodePng} alt="" />
      <p className="share-slip-lead">手机扫码查看影像</p>
      <p>Scan to see the images</p>
      {made.accessionNumbers.length > 0 && (
        <p className="share-slip-foot">
          检查完成、影像上传后即可查看。
          <br />
          Images appear once they were taken and stored.
        </p>
      )}
      <dl>
        {made.accessionNumbers.length > 0 && (
          <>
            <dt>检查号 Accession number</dt>
            <dd>{made.accessionNumbers.join(' ')}</dd>
          </>
        )}
        {made.state === 'notYet' && (
          <>
            <dt>开始时间 Opens from</dt>
            <dd>{formatInstant(made.notBefore)}</dd>
          </>
        )}
        <dt>有效期至 Valid until</dt>
        <dd>{until}</dd>
        {made.maxUses !== null && (
          <>
            <dt>可打开次数 Times it opens</dt>
            <dd>{made.maxUses}</dd>
          </>
        )}
        <dt>打开时需要 Asked for</dt>
        <dd>
          {asked.map(({ zh, en }) => (
            <span key={en}>
              {zh}
              <br />
              {en}
              <br />
            </span>
          ))}
        </dd>
      </dl>
      <p className="share-slip-foot">
        供参考，诊断以原始影像与报告为准。请妥善保管，不要转给他人。
        <br />
        For reference; the original images and the report decide. Keep it safe and pass it to nobody.
      </p>
    </section>,
    document.body,
  );
}
