import { Dropdown } from 'antd';
import { useNavigate } from 'react-router';
import { useWords } from '../i18n/language.ts';
import { Icon } from './Icon.tsx';

/** All pages in a list, where the header shows a part of its links alone. */
export function PagesMenu({
  pages,
  current,
}: {
  pages: readonly { path: string; label: string }[];
  current: string;
}) {
  const { t } = useWords();
  const navigate = useNavigate();
  return (
    <Dropdown
      menu={{
        items: pages.map(({ path, label }) => ({ key: path, label })),
        selectedKeys: [current],
        onClick: ({ key }) => void navigate(key),
      }}
      trigger={['click']}
      placement="bottomRight"
      rootClassName="pages-menu"
    >
      <button type="button" className="icon-button" aria-label={t.nav.pages} data-testid="pages-menu">
        <Icon name="menu" />
      </button>
    </Dropdown>
  );
}
