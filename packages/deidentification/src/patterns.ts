/**
 * Forms of identity that are found without knowing whose they are, as they stand in texts of Chinese hospitals. Text is in
 * NFKC before (digits of full width are plain ones then).
 */
const PATTERNS: readonly RegExp[] = [
  // Numbers with their word.
  /(?:身份证|护照|通行证|社保卡?|医保卡?|健康卡|军官证)[号码]*\s*[:：]?\s*[A-Za-z0-9-]{5,20}/gu,
  /(?:(?:联系)?电话|手机|联系方式|tel|phone|mobile)\s*[:：]?\s*\+?[\d() -]{6,20}/giu,
  // Resident identity cards of 15 digits.
  /(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)/gu,
  // Mobile and landline numbers.
  /(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)/gu,
  /(?<!\d)\(?0\d{2,3}\)?[-\s]\d{7,8}(?!\d)/gu,
  /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,64}(?:\.[\p{L}\d-]{1,64}){1,8}/gu,
  // Numbers of patients, exams and beds with their word.
  /(?:住院|门诊|病历|病案|检查|影像|登记|就诊|患者|病人|急诊|体检)(?:流水)?[号码ID]+\s*[:：#]?\s*[A-Za-z0-9-]+/gu,
  /(?<!\d)(?:\d{1,4}\s?(?:病区|病房|病室|楼|层|单元)\s?){0,3}(?:加?\s?\d{1,4}\s?床|床(?:位)?号?\s?[:：]?\s?\+?\d{1,5})(?:位|号)?/gu,
  /\b(?:bed|room|ward)\s*(?:no\.?|#|:)?\s*\d+\w*/giu,
  /\b(?:mrn|patient\s*id|pid|acc(?:ession)?(?:\s*(?:no|number))?|id\s*no)\s*[.:#：]*\s*[A-Za-z0-9-]{0,30}\d[A-Za-z0-9-]{0,30}/giu,
  // Names with their word.
  /(?:姓名|患者|病人|医师|医生|技师|护士|主任|教授|操作者|申请人|报告人|审核人)\s*[:：]\s*[\p{Script=Han}·]{2,5}/gu,
  /[\p{Script=Han}]{1,3}(?=(?:医师|医生|技师|护士|主任|教授|先生|女士|大夫))(?:医师|医生|技师|护士|主任|教授|先生|女士|大夫)/gu,
  /\b(?:dr|prof|mr|mrs|ms)\.?\s+\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)?/gu,
  // Hospitals and addresses.
  /[\p{Script=Han}A-Za-z\d]{2,20}?(?:医院|卫生院|保健院|诊所|卫生服务中心|医学中心|影像中心|急救中心|体检中心|疗养院)(?:[\p{Script=Han}]{1,6}(?:分院|院区|门诊部))?/gu,
  /\b(?:\p{Lu}[\p{L}'-]*\s+){1,5}(?:Hospital|Clinic|Infirmary|Medical\s+Cent(?:er|re))\b/gu,
  /[\p{Script=Han}]{2,8}(?:省|自治区|市|自治州|盟|县|区|旗|镇|乡|街道)(?:[\p{Script=Han}\d]{1,20}(?:村|路|街|巷|弄|道|里|小区|社区|大厦|号楼|号|室|组|栋|幢|单元))+(?:\d+[号室]?)?/gu,
  /[\p{Script=Han}]{2,10}(?:路|街|巷|弄|大道)\d+号(?:[\p{Script=Han}\d-]{0,12}[室号楼])?/gu,
  // Dates, with or without separators.
  /(?<!\d)(?:19|20)\d{2}\s?(?:[-/.年]\s?)(?:0?[1-9]|1[0-2])\s?(?:[-/.月]\s?)(?:[12]\d|3[01]|0?[1-9])(?!\d)\s*日?/gu,
  /(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)/gu,
  /(?<!\d)(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d{2}(?!\d)/gu,
  /(?<!\d)(?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12]\d|3[01])[-/](?:19|20)\d{2}(?!\d)/gu,
  // UIDs and addresses of machines.
  /(?<![\d.])\d+(?:\.\d+){5,}(?![\d.])/gu,
  /\b(?:https?|ftp|file|smb|wado):[^\s]+/giu,
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/gu,
];

/** 18 characters of a resident identity card with their check digit (GB 11643), wherever they stand. */
const IDENTITY_CARD = /[1-9]\d{16}[\dXx]/gu;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether 18 characters are the number of a resident identity card: its date and its check digit are right. */
export function isIdentityCard(number: string): boolean {
  if (!/^[1-9]\d{16}[\dXx]$/.test(number)) return false;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(number.charAt(index)), 0);
  return '10X98765432'.charAt(sum % 11) === number.charAt(17).toUpperCase();
}

/** Replaces what the patterns find by a space. */
export function withoutPatterns(text: string): string {
  let cleaned = text;
  for (const pattern of PATTERNS) cleaned = cleaned.replace(pattern, ' ');
  return cleaned.replace(IDENTITY_CARD, (number) => (isIdentityCard(number) ? ' ' : number));
}
