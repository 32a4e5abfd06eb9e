import { Modal } from 'antd';
import { useWords } from '../i18n/language.ts';

/** All keys of the list. */
export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const k = t.keys;
  const groups: [string, [string[], string][]][] = [
    [
      k.list,
      [
        [['↑', '↓'], k.move],
        [['PgUp', 'PgDn'], k.page],
        [['Home', 'End'], k.ends],
        [['Enter'], k.openStudy],
        [['Ctrl', 'Enter'], k.openNewTab],
        [['Space'], k.details],
        [['H'], k.history],
        [['R'], k.refresh],
      ],
    ],
    [
      k.filters,
      [
        [['1'], t.verdict.PASS],
        [['2'], t.verdict.FAIL],
        [['3'], t.verdict.REVIEW],
        [['4'], t.verdict.PENDING],
        [['5'], t.verdict.NOT_LISTED],
        [['6'], t.label.any],
        [['7'], t.date.today],
        [['8'], t.date['7d']],
        [['9'], t.date['30d']],
        [['0'], t.filters.clear],
      ],
    ],
    [
      k.general,
      [
        [['/'], k.search],
        [['Esc'], k.back],
        [['?'], k.help],
      ],
    ],
  ];
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={k.title}
      footer={null}
      width={640}
      centered
      rootClassName="key-help"
    >
      <div className="key-groups" data-testid="key-help">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([names, what]) => (
                <div key={what}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
