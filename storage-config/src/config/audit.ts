import { z } from 'zod';
import { entriesOf, fileOf, integer, type ValuesOf } from './settingKinds.ts';

/** Addresses with commas where the audit trail goes: syslog by TLS or TCP, or a FHIR server. */
const auditDestinations = z.string().transform((text, context) => {
  return entriesOf(text).map((written) => {
    const url = URL.canParse(written) ? new URL(written) : null;
    const isSyslog = url?.protocol === 'tls:' || url?.protocol === 'tcp:';
    const isFhir = url?.protocol === 'https:' || url?.protocol === 'http:';
    if (
      url === null ||
      url.hostname === '' ||
      url.username !== '' ||
      url.password !== '' ||
      url.search !== '' ||
      url.hash !== '' ||
      !(isFhir || (isSyslog && /^\/?$/.test(url.pathname)))
    )
      context.addIssue({
        code: 'custom',
        message: `"${written}" is no destination such as tls://audit.example.org:6514, tcp://10.0.0.5:601 or https://audit.example.org/fhir`,
      });
    return url === null ? written : url.href.replace(/\/+$/, '');
  });
});

/** Where the audit trail is sent, and from when on auditors are told of unusual use. */
export const auditSettings = {
  HUTONG_AUDIT_DESTINATIONS: auditDestinations.default([]).meta({
    description:
      'Where the audit trail is sent, with commas: `tls://host:6514` (syslog over TLS, RFC 5425) or `tcp://host:601` for inside networks, with DICOM audit messages as IHE ITI-20 asks; `https://host/fhir` for FHIR AuditEvents.',
    zh: '审计记录的外送地址（逗号分隔）：`tls://host:6514`（TLS 上的 syslog，RFC 5425）或仅限内网的 `tcp://host:601`，按 IHE ITI-20 发送 DICOM 审计消息；`https://host/fhir` 发送 FHIR AuditEvent。',
  }),
  HUTONG_AUDIT_CA_FILE: z.string().min(1).optional().meta({
    description:
      'PEM file of the authorities that audit receivers are trusted by; those of the system when not set. Certificates are always checked.',
    zh: '校验审计接收端证书所用的 CA（PEM 文件）；不设置则使用系统 CA。证书校验不可关闭。',
  }),
  HUTONG_AUDIT_CERT_FILE: z.string().min(1).optional().meta({
    description: 'PEM file of the certificate that is shown to audit receivers, with HUTONG_AUDIT_KEY_FILE.',
    zh: '向审计接收端出示的客户端证书（PEM 文件），与 HUTONG_AUDIT_KEY_FILE 一起设置。',
  }),
  HUTONG_AUDIT_KEY_FILE: z.string().min(1).optional().meta({
    description: 'PEM file of the key of that certificate.',
    zh: '上述客户端证书的私钥（PEM 文件）。',
  }),
  HUTONG_AUDIT_TOKEN_FILE: z.string().min(1).optional().meta({
    description: 'File with the bearer token for the FHIR destination; read again at each delivery.',
    zh: 'FHIR 接收端的 Bearer 令牌文件；每次投递时重新读取。',
  }),
  HUTONG_ALERT_PATIENTS_PER_HOUR: integer(0, 100_000).default(60).meta({
    description:
      "How many different patients' studies one person may open in an hour before auditors are told; 0: never. Our own default, to be set to what is usual in the region.",
    zh: '同一人员一小时内打开多少名不同患者的检查后提醒审计员；0 表示不提醒。默认值为本软件自定，请按本地区实际调整。',
  }),
  HUTONG_ALERT_PEOPLE_PER_PATIENT: integer(0, 100_000).default(25).meta({
    description:
      'How many different people may open the studies of one patient in a day before auditors are told; 0: never. Our own default.',
    zh: '同一患者一天内被多少名不同人员打开后提醒审计员；0 表示不提醒。默认值为本软件自定。',
  }),
  HUTONG_ALERT_REFUSALS_PER_HOUR: integer(0, 100_000).default(30).meta({
    description:
      'How many refusals of one caller or address in an hour before auditors are told; 0: never. Our own default.',
    zh: '同一调用者或地址一小时内被拒绝多少次后提醒审计员；0 表示不提醒。默认值为本软件自定。',
  }),
  HUTONG_ALERT_EMERGENCIES_PER_DAY: integer(0, 100_000).default(5).meta({
    description:
      'How many times one person may break the glass in a day before auditors are told; 0: never. Our own default.',
    zh: '同一人员一天内紧急调阅多少次后提醒审计员；0 表示不提醒。默认值为本软件自定。',
  }),
};

/** Where the audit trail is sent, and with which files of the operator. */
export interface AuditExportConfig {
  /** Addresses: tls: and tcp: are syslog, https: and http: FHIR servers. */
  destinations: readonly string[];
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
  tokenFile: string | null;
}

/** From how many on auditors are told; 0: never. */
export interface AlertThresholds {
  patientsPerHour: number;
  peoplePerPatient: number;
  refusalsPerHour: number;
  emergenciesPerDay: number;
}

export interface AuditConfig {
  auditExport: AuditExportConfig;
  alerts: AlertThresholds;
}

/** @param problems what is wrong is added, a line each */
export function auditConfig(values: ValuesOf<typeof auditSettings>, problems: string[]): AuditConfig {
  if ((values.HUTONG_AUDIT_CERT_FILE === undefined) !== (values.HUTONG_AUDIT_KEY_FILE === undefined))
    problems.push('HUTONG_AUDIT_CERT_FILE: is given together with HUTONG_AUDIT_KEY_FILE or not at all');
  return {
    auditExport: {
      destinations: values.HUTONG_AUDIT_DESTINATIONS,
      caFile: fileOf(values.HUTONG_AUDIT_CA_FILE),
      certFile: fileOf(values.HUTONG_AUDIT_CERT_FILE),
      keyFile: fileOf(values.HUTONG_AUDIT_KEY_FILE),
      tokenFile: fileOf(values.HUTONG_AUDIT_TOKEN_FILE),
    },
    alerts: {
      patientsPerHour: values.HUTONG_ALERT_PATIENTS_PER_HOUR,
      peoplePerPatient: values.HUTONG_ALERT_PEOPLE_PER_PATIENT,
      refusalsPerHour: values.HUTONG_ALERT_REFUSALS_PER_HOUR,
      emergenciesPerDay: values.HUTONG_ALERT_EMERGENCIES_PER_DAY,
    },
  };
}
