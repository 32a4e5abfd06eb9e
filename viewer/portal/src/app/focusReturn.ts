const DIALOG = '.ant-modal, .ant-drawer';
/** A menu's entry is gone, or going, when the dialog that it opened closes: then the button of the menu is meant. */
const MENU = '.ant-dropdown';
const REMEMBERED = 6;

const isShown = (element: HTMLElement): boolean =>
  element.isConnected &&
  element.checkVisibility() &&
  !(element.matches('.ant-drawer') && !element.matches('.ant-drawer-open'));

/**
 * Gives the focus back to what opened a dialog or drawer, however that closes: most are taken out of the page when they are
 * done, and the focus with them. Answers what ends this.
 */
export function returnFocus(): () => void {
  const open: { dialog: HTMLElement; openers: HTMLElement[] }[] = [];
  let last: HTMLElement[] = [];
  const watch = new MutationObserver(() => {
    for (let top = open.at(-1); top !== undefined && !isShown(top.dialog); top = open.at(-1)) {
      open.pop();
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body || top.dialog.contains(activeElement))
        top.openers
          .find((opener) => isShown(opener) && opener.closest(MENU) === null)
          ?.focus({ preventScroll: true });
    }
    if (open.length === 0) watch.disconnect();
  });
  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return;
    const dialog = target.closest<HTMLElement>(DIALOG);
    if (dialog !== null && !open.some((one) => one.dialog === dialog)) {
      open.push({ dialog, openers: last });
      watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ['class', 'style'] });
    }
    last = [target, ...last.filter((element) => element !== target)].slice(0, REMEMBERED);
  };
  document.addEventListener('focusin', onFocus);
  return () => {
    document.removeEventListener('focusin', onFocus);
    watch.disconnect();
  };
}
