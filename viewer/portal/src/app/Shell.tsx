import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Dropdown } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { NavLink, useLocation } from 'react-router';
import type { SessionInfo } from '@hutong/server/contract';
import { unreadNoticesQuery } from '../api/accessNotices.ts';
import { pendingCountQuery } from '../api/corrections.ts';
import { sendJson } from '../api/http.ts';
import { reviewFacetsQuery } from '../api/reviews.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { holds } from '../session/rights.ts';
import { useSignOut } from '../session/useSignOut.ts';
import { Icon, Mark } from './Icon.tsx';
import { linksFor, type LinkName, onlyAudits } from './links.ts';
import { PagesMenu } from './PagesMenu.tsx';
import { useSettings } from './settings.ts';
import { keepActiveInSight } from './slideTo.ts';
import { NARROW, PHONE, useMedia } from './useMedia.ts';
import { useOverflow } from './useOverflow.ts';

/** As many as a phone's header has room for. */
const MANY_LINKS = 3;

const AccountDialog = lazy(() => import('../session/AccountDialog.tsx'));

/** Theme and language switches, also shown where nobody is signed in. */
export function Switches() {
  const { t, language } = useWords();
  const { theme, setTheme, setLanguage } = useSettings();
  const themeLabel = theme === 'dark' ? t.theme.toLight : t.theme.toDark;
  return (
    <>
      <button
        type="button"
        className="icon-button switch-button"
        title={t.language.title}
        aria-label={t.language.title}
        onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        data-testid="switch-language"
      >
        <span className="language-switch">{t.language.switch}</span>
      </button>
      <button
        type="button"
        className="icon-button switch-button"
        title={themeLabel}
        aria-label={themeLabel}
        onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
        data-testid="switch-theme"
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
    </>
  );
}

/** Name of the product, a link home. */
export function Brand() {
  const { t } = useWords();
  return (
    <NavLink to="/" className="brand" end>
      <Mark />
      <span className="brand-name">{t.product}</span>
      <span className="brand-line">{t.productLine}</span>
    </NavLink>
  );
}

function UserMenu({ session }: { session: SessionInfo }) {
  const { t, language } = useWords();
  const { account } = session;
  const [showsAccount, setShowsAccount] = useState(false);
  const signOut = useSignOut();
  const queries = useQueryClient();
  const phone = useMedia(PHONE);
  const { theme, setTheme, setLanguage } = useSettings();
  const expires = session.expiresAt === null ? '' : formatInstant(session.expiresAt);

  const act = async (purpose: string): Promise<void> => {
    await sendJson('PUT', '/api/access/purpose', { purpose }).catch(() => undefined);
    // Other rights show other studies.
    await queries.resetQueries();
  };
  // Who has roles for one purpose alone has nothing to choose.
  const purposes =
    session.purposes.length < 2
      ? []
      : [
          {
            key: 'purpose',
            type: 'group' as const,
            label: t.purpose.title,
            children: session.purposes.map((purpose) => ({
              key: purpose,
              label: t.purpose.names[purpose] ?? purpose,
              icon:
                purpose === session.purpose ? <Icon name="check" size={14} /> : <span className="menu-gap" />,
              onClick: () => void act(purpose),
            })),
          },
          { type: 'divider' as const },
        ];
  const who = (
    <div className="user-card">
      <strong>{session.displayName}</strong>
      <span>{t.session.role[session.role]}</span>
      {expires !== '' && <span>{t.session.expires(expires)}</span>}
    </div>
  );
  const items = [
    { key: 'who', label: who, disabled: true },
    ...purposes,
    // A phone's header has no room for the switches.
    ...(phone
      ? [
          {
            key: 'theme',
            label: theme === 'dark' ? t.theme.toLight : t.theme.toDark,
            onClick: () => setTheme(theme === 'dark' ? 'light' : 'dark'),
          },
          {
            key: 'language',
            label: t.language.title,
            onClick: () => setLanguage(language === 'zh' ? 'en' : 'zh'),
          },
        ]
      : []),
    ...(account === null
      ? []
      : [
          {
            key: 'account',
            label: t.session.account,
            onClick: () => setShowsAccount(true),
          },
        ]),
    ...(session.role === 'trial'
      ? []
      : [
          { type: 'divider' as const },
          { key: 'out', label: t.session.signOut, onClick: () => void signOut() },
        ]),
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
        <button type="button" className="icon-button" aria-label={t.session.menu} data-testid="user-menu">
          <Icon name="user" />
        </button>
      </Dropdown>
      {account !== null && showsAccount && (
        <Suspense fallback={null}>
          <AccountDialog session={{ ...session, account }} onClose={() => setShowsAccount(false)} />
        </Suspense>
      )}
    </>
  );
}

/** How much waits behind a link; each is asked for where the link is shown alone. */
function PendingBadge() {
  const { t } = useWords();
  const { data } = useQuery(pendingCountQuery);
  const count = data?.total ?? 0;
  return <Badge count={count} title={t.corrections.pendingCount(formatCount(count))} />;
}

function ReviewsBadge() {
  const { t } = useWords();
  const { data } = useQuery(reviewFacetsQuery);
  const count = data?.hospitals.reduce((sum, each) => sum + each.count, 0) ?? 0;
  return <Badge count={count} title={t.nav.reviewCount(formatCount(count))} />;
}

/** Openings in emergencies that wait for an answer. */
function NoticesBadge() {
  const { t } = useWords();
  const { data: unread = 0 } = useQuery(unreadNoticesQuery);
  return <Badge count={unread} title={t.nav.elsewhereCount(formatCount(unread))} />;
}

const BADGES: Partial<Record<LinkName, () => ReactNode>> = {
  pending: PendingBadge,
  reviews: ReviewsBadge,
};

function Badge({ count, title }: { count: number; title: string }) {
  if (count === 0) return null;
  return (
    <span className="badge" title={title}>
      {count > 99 ? '99+' : count}
    </span>
  );
}

/** Header, page and quiet last line around what a signed-in person sees. */
export function Shell({
  session,
  actions,
  children,
}: {
  session: SessionInfo | undefined;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useWords();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  const narrow = useMedia(NARROW);
  const links = linksFor(session);
  const labelOf = (name: LinkName): string =>
    name === 'administration' && onlyAudits(session) ? t.nav.audit : t.nav[name];
  const labels = links.map(({ name }) => labelOf(name)).join(' ');
  const overflows = useOverflow(nav, labels);
  // On a phone a part of the links is shown: the page one is on is among them.
  useEffect(() => keepActiveInSight(nav.current), [pathname, links.length]);
  return (
    <div className="shell">
      <header className="header">
        <Brand />
        <nav ref={nav} className="nav" aria-label={t.product}>
          {links.map(({ name, path }) => {
            const Waiting = name === 'elsewhere' && holds(session, 'audit') ? NoticesBadge : BADGES[name];
            return (
              <NavLink key={name} to={path} end={path === '/'} data-testid={`nav-${name}`}>
                {labelOf(name)}
                {Waiting !== undefined && <Waiting />}
              </NavLink>
            );
          })}
        </nav>
        <div className="header-actions">
          {(overflows || (narrow && links.length > MANY_LINKS)) && (
            <PagesMenu
              pages={links.map(({ name, path }) => ({ path, label: labelOf(name) }))}
              current={`/${pathname.split('/')[1] ?? ''}`}
            />
          )}
          {actions}
          <Switches />
          {session !== undefined && <UserMenu session={session} />}
        </div>
      </header>
      {children}
    </div>
  );
}
