/** Dark or light: what the theme comes to on this system. */
import { Page, register } from '../app/page';

const THEMES = ['system', 'dark', 'light'] as const;

function keepTheme(page: Page): void {
  const { state } = page;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme } = state.get();
    const look = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    document.documentElement.dataset.theme = look;
    state.set({ look });
  };
  state.watch(['theme'], apply);
  dark.addEventListener('change', apply);
  apply();
}

register({
  id: 'theme', title: null, place: 'none', order: 5,
  mount: (page) => {
    keepTheme(page);
    return { keys: [{ key: 't', text: 'help.key.theme', run: () => page.state.set({ theme: THEMES[(THEMES.indexOf(page.state.get().theme) + 1) % THEMES.length] }) }] };
  },
});
