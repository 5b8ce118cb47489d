/** The keyboard. Single letters work anywhere except in a field; help.ts lists them. */
import type { App } from '../app/app';
import { Panel, VECTOR_MINUTES } from '../app/state';

export function bindKeys(app: App, focusSearch: () => void): void {
  const { state } = app;
  const panel = (name: Exclude<Panel, null>) => state.set({ panel: state.get().panel === name ? null : name });
  const next = <T>(all: readonly T[], now: T): T => all[(all.indexOf(now) + 1) % all.length];
  const run: Record<string, () => void> = {
    '/': focusSearch,
    l: () => panel('list'),
    i: () => panel('filters'),
    k: () => panel('layers'),
    e: () => panel('feeds'),
    h: () => app.past.toggle(),
    m: () => state.set({ tool: state.get().tool === 'measure' ? null : 'measure' }),
    r: () => state.set({ tool: state.get().tool === 'rings' ? null : 'rings' }),
    t: () => state.set({ theme: next(['system', 'dark', 'light'] as const, state.get().theme) }),
    c: () => state.get().selected && app.select(state.get().selected, { centre: true }),
    f: () => state.get().selected && state.set({ follow: !state.get().follow }),
    v: () => state.set({ vectorMinutes: next(VECTOR_MINUTES, state.get().vectorMinutes as 0) }),
    g: () => state.set({ trails: next(['none', 'selected', 'all'] as const, state.get().trails) }),
    '?': () => state.set({ help: true }),
    Escape: () => escape(app),
  };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || state.get().help) return;
    const inField = event.target instanceof HTMLElement && event.target.matches('input:not([type=checkbox]), textarea, select');
    if (inField && event.key !== 'Escape') return;
    const action = run[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** One thing at a time, the most passing first. */
function escape(app: App): void {
  const { state, tools } = app;
  const s = state.get();
  if (s.tool === 'measure') tools.finish();
  else if (s.tool) state.set({ tool: null });
  else if (tools.active) tools.clear();
  else if (s.selected !== null) app.select(null);
  else if (s.panel) state.set({ panel: null });
}
