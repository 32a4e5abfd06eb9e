import { Modal } from 'antd';
import { useWords } from '../i18n/language.ts';

/** Groups of keys with what each does. */
export type KeyGroups = readonly (readonly [
  title: string,
  keys: readonly (readonly [names: readonly string[], what: string])[],
])[];

/** A sheet of keys over the page. */
export function KeySheet({
  title,
  groups,
  open,
  onClose,
}: {
  title: string;
  groups: KeyGroups;
  open: boolean;
  onClose: () => void;
}) {
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={title}
      footer={null}
      width={groups.length > 1 ? 640 : 380}
      centered
      rootClassName={groups.length > 1 ? 'key-help' : 'key-help key-help-one'}
    >
      <div className="key-groups" data-testid="key-help">
        {groups.map(([heading, keys]) => (
          <section key={heading}>
            {heading !== '' && <h3>{heading}</h3>}
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

/** All keys of the list. */
export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const k = t.keys;
  const groups: KeyGroups = [
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
  return <KeySheet title={k.title} groups={groups} open={open} onClose={onClose} />;
}
