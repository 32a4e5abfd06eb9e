import { type ComponentType, type LazyExoticComponent, Suspense, useEffect, useRef } from 'react';
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router';
import '../styles/page.css';
import { keepActiveInSight } from './slideTo.ts';

/**
 * Pages below one address with the list of them beside it: those that somebody has something to do on.
 *
 * @param base address of them all, without a trailing slash
 */
export function SectionsPage<Path extends string>({
  base,
  sections,
  pages,
  words,
}: {
  base: `/${string}`;
  /** Those that somebody has something to do on. */
  sections: readonly { path: Path }[];
  pages: Readonly<Record<Path, LazyExoticComponent<ComponentType>>>;
  words: { title: string; nothing: string; sections: Readonly<Record<Path, string>> };
}) {
  const [first] = sections;
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone a part of the links is shown: the page one is on is among them.
  useEffect(() => keepActiveInSight(nav.current), [pathname, sections.length]);
  if (first === undefined)
    return (
      <main className="notice">
        <h1>{words.title}</h1>
        <p>{words.nothing}</p>
      </main>
    );
  return (
    <main className={sections.length === 1 ? 'administration administration-one' : 'administration'}>
      <nav ref={nav} className="administration-nav" aria-label={words.title}>
        {sections.map(({ path }) => (
          <NavLink key={path} to={`${base}/${path}`} data-testid={`${base.slice(1)}-${path}`}>
            {words.sections[path]}
          </NavLink>
        ))}
      </nav>
      <Suspense fallback={null}>
        <Routes>
          {sections.map(({ path }) => {
            const Page: LazyExoticComponent<ComponentType> = pages[path];
            return <Route key={path} path={`${path}/*`} element={<Page />} />;
          })}
          <Route path="*" element={<Navigate to={`${base}/${first.path}`} replace />} />
        </Routes>
      </Suspense>
    </main>
  );
}
