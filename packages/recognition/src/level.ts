/** Level of a hospital (医院等级) as the state grades it: three tiers, and grades within them. */
export interface HospitalLevel {
  /** 1 primary (一级), 2 secondary (二级), 3 tertiary (三级). */
  tier: 1 | 2 | 3;
  /** null: the tier alone is known, or it was not graded (未定等). 特 is above 甲 and of tertiary hospitals alone. */
  grade: '特' | '甲' | '乙' | '丙' | null;
}

/** What a level may be where there is none: not graded yet, or an institution that is not. */
export const NO_LEVEL = '未定级';

const TIERS: Readonly<Record<string, HospitalLevel['tier']>> = {
  一: 1,
  二: 2,
  三: 3,
  '1': 1,
  '2': 2,
  '3': 3,
  Ⅰ: 1,
  Ⅱ: 2,
  Ⅲ: 3,
};
const WRITTEN = /^([一二三123ⅠⅡⅢ])\s*级?\s*(?:([特甲乙丙])\s*等?|(?:未定等|无等))?$/u;

/**
 * The level that a text names: 三级甲等, 三甲, 二级, 三级特等, 二级未定等.
 *
 * @returns null for what names none: 未定级, 社区卫生服务中心, an empty text, or a text that cannot be one (二级特等)
 */
export function levelOf(text: string): HospitalLevel | null {
  const [, tierText, gradeText] =
    WRITTEN.exec(
      text
        .normalize('NFC')
        .trim()
        .replace(/(?:综合|专科|中医)?医院$/u, ''),
    ) ?? [];
  const tier = tierText === undefined ? undefined : TIERS[tierText];
  if (tier === undefined) return null;
  const grade = (gradeText ?? null) as HospitalLevel['grade'];
  return grade === '特' && tier !== 3 ? null : { tier, grade };
}

/** Institutions that have no level of hospitals, by words of their kind. */
const UNGRADED =
  /^(?:未定级|未评级|无等级|社区卫生服务(?:中心|站)|(?:乡镇|中心)?卫生院|村卫生室|诊所|门诊部|体检中心|(?:独立)?医学影像(?:诊断)?中心)$/u;

/** Whether a text may stand as the level of a hospital: a level, the word of an institution that has none, or nothing. */
export function isLevelText(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || levelOf(trimmed) !== null || UNGRADED.test(trimmed);
}

const TIER_TEXT = { 1: '一级', 2: '二级', 3: '三级' } as const;

/** A level as the registry writes it: 三甲 becomes 三级甲等; what is none stays as it is. */
export function levelText(text: string): string {
  const level = levelOf(text);
  if (level === null) return text.trim();
  return TIER_TEXT[level.tier] + (level.grade === null ? '' : `${level.grade}等`);
}

/** Order of levels, the higher the better; 0 for none. Compare by it: 三级乙等 is above 二级甲等. */
export function levelRank(level: HospitalLevel | null): number {
  if (level === null) return 0;
  return (
    level.tier * 10 + { 特: 4, 甲: 3, 乙: 2, 丙: 1 }[level.grade ?? '丙'] - (level.grade === null ? 1 : 0)
  );
}
