/** Words of the page on data protection. Numbers come from the server's own settings. */
import type { DataProtectionBody } from '@hutong/server/contract/privacy';
import type { Language } from './language.ts';

type Entry = readonly [what: string, said: (is: DataProtectionBody) => string];

interface Words {
  title: string;
  lead: (is: DataProtectionBody) => string;
  error: string;
  sections: readonly { title: string; entries: readonly Entry[] }[];
  contactTitle: string;
  contact: (is: DataProtectionBody) => string;
  noContact: string;
  home: string;
}

const PURPOSES_ZH: Record<string, string> = {
  TREAT: '诊疗',
  BTG: '紧急情况下的诊疗（须说明理由）',
  HQUALIMP: '质量控制',
  HOPERAT: '运行管理',
  PATRQT: '患者本人申请',
  HRESCH: '去标识化后的科研与教学',
};
const PURPOSES_EN: Record<string, string> = {
  TREAT: 'treatment',
  BTG: 'treatment in an emergency, with a reason',
  HQUALIMP: 'quality control',
  HOPERAT: 'operation of the installation',
  PATRQT: 'the wish of the patient',
  HRESCH: 'research and teaching, without identity',
};

const zh: Words = {
  title: '个人信息保护说明',
  lead: ({ region, hospitals }) =>
    `${region}影像云保存 ${hospitals} 家医疗机构的检查影像，供互认与诊疗使用。各医院是个人信息处理者。以下内容由系统当前设置生成。`,
  error: '无法读取说明',
  sections: [
    {
      title: '保存什么、保存多久',
      entries: [
        [
          '检查影像与患者资料（姓名、性别、出生日期、患者编号、检查信息）',
          ({ outpatientYears, inpatientYears }) =>
            `不自动删除；法定期限门诊不少于 ${outpatientYears} 年、住院不少于 ${inpatientYears} 年。`,
        ],
        [
          '已删除的影像',
          ({ deletedKeepDays }) =>
            deletedKeepDays === 0
              ? '一直可恢复，不自动清除。'
              : `${deletedKeepDays} 天内可恢复，之后清除；封存的除外。`,
        ],
        ['分享链接', ({ shareMostDays }) => `由创建者设定，最长 ${shareMostDays} 天，可随时撤销。`],
        [
          '分享的记录：监护人姓名、打开者与地址、回传的文件',
          ({ shareKeepDays }) =>
            shareKeepDays === 0 ? '不自动清除。' : `分享结束后 ${shareKeepDays} 天清除；检查被封存的除外。`,
        ],
        ['分享验证失败的记录（网络地址）', ({ shareFailureDays }) => `${shareFailureDays} 天。`],
        ['登录状态', ({ sessionHours }) => `最长 ${sessionHours} 小时，之后一周内清除。`],
        ['已记住的浏览器', ({ knownDeviceDays }) => `最后一次使用后 ${knownDeviceDays} 天。`],
        ['第三方应用的授权', () => '到期或撤销即失效，次日清除。'],
        ['跨院调阅的授权与理由', () => '到期即失效；作为谁曾可查看的依据保留，不自动清除。'],
        ['账号、角色及其变更', () => '停用后不再可用；作为访问记录的依据保留。'],
        [
          '缩略图与预处理数据',
          ({ thumbnailDays, preparedDays }) =>
            `缩略图 ${thumbnailDays} 天，元数据 ${preparedDays} 天，可重新生成。`,
        ],
        [
          '变更通知',
          ({ changesDays }) =>
            changesDays === 0 ? '不自动清除（只含标识符）。' : `${changesDays} 天（只含标识符）。`,
        ],
        ['未完成存储留下的数据', ({ orphanHours }) => `${orphanHours} 小时后清除。`],
        [
          '申请单与报告（患者编号、检查、报告文字与 PDF）',
          () => '由医院系统提供，属病历资料，不自动删除；每一版本均保留。',
        ],
        [
          '证件号码（身份证、健康卡、护照等）',
          () => '不保存号码本身，仅保存带密钥的摘要，用于识别各医院的同一患者；医院撤回即失效，记录保留。',
        ],
        [
          '互认提醒与互认决定（患者编号、拟开检查、接诊医师、是否互认及理由）',
          () => '作为互认的依据与统计来源保留，不自动清除。向卫生健康部门的统计不含患者。',
        ],
        ['去标识化导出文件', ({ exportKeepDays }) => `${exportKeepDays} 天后删除。`],
        [
          '访问记录',
          ({ auditExported }) => `只增不改，本系统不删除${auditExported ? '，并同步到外部审计系统' : ''}。`,
        ],
      ],
    },
    {
      title: '存放在哪里、如何保护',
      entries: [
        [
          '存放',
          () => '影像在对象存储，索引在数据库，均由运营方在境内自有环境部署；页面不加载任何外部站点内容。',
        ],
        [
          '传输',
          ({ encryptedTransport }) =>
            encryptedTransport
              ? '全程 HTTPS。'
              : '由运营方在前置代理启用加密；本系统当前未以 HTTPS 地址发布。',
        ],
        [
          '密码与密钥',
          ({ sealed }) => `密码只保存散列值；${sealed ? '需要还原的密钥加密保存。' : '尚未配置主密钥。'}`,
        ],
      ],
    },
    {
      title: '用于什么、谁能看到',
      entries: [
        ['用途', ({ purposes }) => purposes.map((code) => PURPOSES_ZH[code] ?? code).join('；')],
        [
          '谁能看到',
          () =>
            '检查所属医院中有权限的人员；其他医院按区域策略，在患者就诊、同意或紧急情况下调阅；获得分享链接并通过验证的人。',
        ],
        ['留痕', () => '每一次查询、调阅、下载、分享与删除都在返回内容之前记录：何人、何时、何处、为何。'],
        [
          '互认时',
          () =>
            '患者在其他医院就诊拟重复检查时，系统可提示该院医师已有的可互认检查；仅凭一致的证件号码或人员确认认定为同一人。',
        ],
        ['自动判定', () => '互认判定针对检查而非个人，逐条说明依据，可由人员更正。'],
      ],
    },
    {
      title: '您的权利',
      entries: [
        ['查阅、复制', () => '向出具检查的医院申请分享链接；可以看到谁打开过。'],
        ['更正', () => '由医院更正，原值与更正记录一并保留。'],
        ['删除', () => '病历资料依法须保存规定年限；期满或依法可以删除的，由医院处理。'],
        ['访问记录', () => '可向医院申请查询谁调阅过您的影像。'],
      ],
    },
  ],
  contactTitle: '联系方式',
  contact: ({ contact }) => contact ?? '',
  noContact: '运营方尚未公布联系方式，请联系出具检查的医院。',
  home: '返回首页',
};

const en: Words = {
  title: 'Data protection',
  lead: ({ region, hospitals }) =>
    `The imaging cloud of ${region} keeps images of ${hospitals} hospitals for treatment and mutual recognition. The hospitals are the handlers of personal information. What follows comes from the settings in force.`,
  error: 'The page could not be read. Try again later.',
  sections: [
    {
      title: 'What is kept, and how long',
      entries: [
        [
          'Images and what they say of the patient: name, sex, birth date, number, examination',
          ({ outpatientYears, inpatientYears }) =>
            `Not deleted by itself; by law at least ${outpatientYears} years for outpatients, ${inpatientYears} for inpatients.`,
        ],
        [
          'Deleted images',
          ({ deletedKeepDays }) =>
            deletedKeepDays === 0
              ? 'Can be recovered at any time.'
              : `Can be recovered for ${deletedKeepDays} days, then they are removed, unless under a legal hold.`,
        ],
        [
          'Shared links',
          ({ shareMostDays }) =>
            `As long as their maker says, ${shareMostDays} days at most; ended at any time.`,
        ],
        [
          'What is on record of a share: guardian, who opened it from where, files that came back',
          ({ shareKeepDays }) =>
            shareKeepDays === 0
              ? 'Not removed by itself.'
              : `Removed ${shareKeepDays} days after the share ended, unless the study is under a legal hold.`,
        ],
        [
          'Failed attempts at a share (network addresses)',
          ({ shareFailureDays }) => `${shareFailureDays} days.`,
        ],
        [
          'Being signed in',
          ({ sessionHours }) => `${sessionHours} hours at most; removed within a week after.`,
        ],
        ['Browsers that are known', ({ knownDeviceDays }) => `${knownDeviceDays} days after their last use.`],
        [
          'What applications were allowed to do',
          () => 'Ends when it expires or is withdrawn; removed the day after.',
        ],
        [
          'Access given to other hospitals, and why',
          () => 'Ends by itself; kept afterwards, for it says who could see what.',
        ],
        [
          'Accounts, roles and their changes',
          () => 'Of no use once disabled; kept, for records of access name them.',
        ],
        [
          'Thumbnails and prepared data',
          ({ thumbnailDays, preparedDays }) =>
            `Thumbnails ${thumbnailDays} days, metadata ${preparedDays} days; made again when needed.`,
        ],
        [
          'Notices of changes',
          ({ changesDays }) =>
            changesDays === 0
              ? 'Not removed by itself; identifiers alone.'
              : `${changesDays} days; identifiers alone.`,
        ],
        ['What an unfinished store left', ({ orphanHours }) => `Removed after ${orphanHours} hours.`],
        [
          'Orders and reports: patient number, examination, text and PDF of the report',
          () =>
            'Given by the systems of the hospital; medical records, not deleted by themselves, with each version.',
        ],
        [
          'Numbers of identity cards, health cards and passports',
          () =>
            'Not kept themselves: a digest under a key, by which hospitals know one patient. Of no effect once the hospital takes it back; that it was there stays on record.',
        ],
        [
          'Reminders and decisions on recognition: patient number, examination to be ordered, doctor, what was decided and why',
          () =>
            'Kept, for they are what recognition and its figures rest on. What the health commission is given names no patient.',
        ],
        [
          'Archives of de-identified exports',
          ({ exportKeepDays }) => `Removed after ${exportKeepDays} days.`,
        ],
        [
          'Records of access',
          ({ auditExported }) =>
            `Added to, never changed, never removed by the software${auditExported ? '; sent to a system of audit as well' : ''}.`,
        ],
      ],
    },
    {
      title: 'Where it is, and how it is protected',
      entries: [
        [
          'Place',
          () =>
            'Images in object storage, the index in a database, both on machines of the operator in the country; pages load nothing from elsewhere.',
        ],
        [
          'On the way',
          ({ encryptedTransport }) =>
            encryptedTransport
              ? 'HTTPS throughout.'
              : 'Encryption is the matter of the proxy in front; no HTTPS address is set here.',
        ],
        [
          'Passwords and secrets',
          ({ sealed }) =>
            `Of passwords a hash alone; ${sealed ? 'secrets that are needed again are encrypted.' : 'no key for secrets is set.'}`,
        ],
      ],
    },
    {
      title: 'What it is for, and who sees it',
      entries: [
        ['Purposes', ({ purposes }) => purposes.map((code) => PURPOSES_EN[code] ?? code).join('; ')],
        [
          'Who',
          () =>
            'People of the hospital with the right to; those of other hospitals by the policy of the region, when the patient is there or agrees, or in an emergency; whoever has a shared link and passes its check.',
        ],
        [
          'On record',
          () =>
            'Each search, view, download, share and deletion is recorded before it is answered: who, when, from where, what for.',
        ],
        [
          'For recognition',
          () =>
            'When a doctor of another hospital is about to order the same examination, that doctor may be told that there is one. Two patients are one person only by an equal identifier or by the word of a person.',
        ],
        [
          'Automatic verdicts',
          () =>
            'They are about an examination, not a person, say what they rest on, and can be corrected by people.',
        ],
      ],
    },
    {
      title: 'Your rights',
      entries: [
        ['To see and copy', () => 'Ask the hospital for a shared link; it shows who opened it.'],
        ['To correct', () => 'The hospital corrects; what it was before stays on record.'],
        ['To delete', () => 'Medical records are kept for years by law; the hospital deletes what may be.'],
        ['To know', () => 'Ask the hospital who opened your images.'],
      ],
    },
  ],
  contactTitle: 'Contact',
  contact: ({ contact }) => contact ?? '',
  noContact: 'The operator has not named one; ask the hospital that made the images.',
  home: 'Home',
};

export const dataProtectionWords: Record<Language, Words> = { zh, en };
