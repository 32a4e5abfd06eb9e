/** Pinyin of the words of imaging, so that a reader finds an item without switching the input method. Pure. */

/** Syllables and the characters read so, of the names that lists of exams are made of. */
const SYLLABLES =
  'ai癌 ba巴 ban板 bi鼻 bo薄波 bu部 ce侧 ceng层 cha查 chang肠 chao巢 cheng成 chong重 chui垂 dai带 dan胆单 dao道 di骶低 ' +
  'dong动 dou窦 duo多 er耳 fang房 fei肺腓 fu副腹 gan肝干 gao睾 gong宫功 gu骨股 guan关冠管灌 guang胱 he颌和 hou后喉 hua化 ' +
  'huai踝 huo或 ji脊及剂 jia甲 jian建间肩检 jie节结 jing静颈胫经精 kou口 kuan髋 kuang眶 lan阑 lei肋 liang量 lie列 lin淋 lu颅 ' +
  'luan卵 mai脉 men门 mi弥 mian面 nang囊 nao脑 nei内 neng能 niao尿 nie颞 pan盘 pang膀 pen盆 pi脾 pian片 ping平 pu谱 ' +
  'qi期气 qia髂 qian前 qiang强 quan全 ru乳 ruan软 san三散 sao扫 shai筛 shang上 she摄舌 shen肾身神 shi食 shou手 shu数输 ' +
  'shuang双 shui水 si四 sui髓 suo锁 tai态 ti体 ting听 tou头 tuo唾 wan腕丸 wei维胃位尾围 xi膝 xia下 xian腺 xiang像 xiao小 ' +
  'xie斜 xin心 xiong胸 xue血 ya牙 yan咽眼 yao腰 ye液 yi胰 yin阴 ying影 you右 yu盂 zang脏 zao造 zeng增 zheng正 ' +
  'zhi肢直指趾织支 zhong中 zhou肘周 zhu主柱注 zhuang状 zhui椎 zi字子 zu足组 zuo左';

const READINGS: ReadonlyMap<string, string> = new Map(
  SYLLABLES.split(' ').flatMap((entry) => {
    const syllable = /^[a-z]+/.exec(entry)?.[0] ?? '';
    return Array.from(entry.slice(syllable.length)).map((character): [string, string] => [
      character,
      syllable,
    ]);
  }),
);

export interface Pinyin {
  /** `lunao`; what has no reading here is left out, Latin letters stay. */
  full: string;
  /** `ln`. */
  initials: string;
}

/** The reading of a name: 颅脑MRI平扫 as `lunaomripingsao` and `lnmrips`. */
export function pinyinOf(name: string): Pinyin {
  let [full, initials] = ['', ''];
  for (const character of name.toLowerCase()) {
    const reading = READINGS.get(character) ?? (/[a-z\d]/.test(character) ? character : '');
    full += reading;
    initials += reading.slice(0, 1);
  }
  return { full, initials };
}
