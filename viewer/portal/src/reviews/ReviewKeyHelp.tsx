import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { KeySheet, type KeyGroups } from '../worklist/KeyHelp.tsx';

/** All keys of the review page. */
export function ReviewKeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const k = useOwnWords(reviewWords).keys;
  const groups: KeyGroups = [
    [
      '',
      [
        [['J', '↓'], k.next],
        [['K', '↑'], k.previous],
        [['Enter'], k.open],
        [['P'], k.pass],
        [['F'], k.fail],
        [['Alt', '1–4'], k.phrase],
        [['Enter'], k.submit],
        [['O'], k.images],
        [['Esc'], k.back],
        [['?'], k.help],
      ],
    ],
  ];
  return <KeySheet title={k.title} groups={groups} open={open} onClose={onClose} />;
}
