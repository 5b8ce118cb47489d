/** The keyboard: a key goes to the parts that registered it, in their order. Single letters work anywhere except in a field. */
import { KeyBinding, Page, register } from '../app/page';

function listen(page: Page): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const inField = event.target instanceof HTMLElement && event.target.matches('input:not([type=checkbox]), textarea, select');
    if (inField && event.key !== 'Escape') return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    for (const { run } of bindings(page, key)) {
      if (!run || run() === false) continue;
      event.preventDefault();
      return;
    }
  });
}

/** One thing at a time: what the chart's parts do is the most passing, then the page's parts, the uppermost first. */
function bindings(page: Page, key: string): KeyBinding[] {
  const parts = [...page.at('none'), ...page.at('chart'), ...page.at('bar'), ...page.at('panel'), ...page.at('page').reverse()];
  return parts.flatMap(({ part }) => part.keys ?? []).filter((binding) => binding.key === key);
}

register({ id: 'keyboard', title: null, place: 'none', order: 20, mount: (page) => { listen(page); return {}; } });
