// Single keys for a list (J K A R). They do nothing while somebody types or a dialog is open, and
// can be switched off, because screen readers and speech input use single keys too (WCAG 2.1.4).
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const KEY = 'bidao-desk-keys'

/** Listens while the component lives; the value returned switches it. */
export function useKeys(actions: Record<string, () => unknown>): Ref<boolean> {
  const on = ref(localStorage.getItem(KEY) !== 'off')
  watch(on, (now) => localStorage.setItem(KEY, now ? 'on' : 'off'))
  const listen = (event: KeyboardEvent): void => {
    const action = actions[event.key.toLowerCase()]
    if (!action || !on.value || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return
    event.preventDefault()
    action()
  }
  document.addEventListener('keydown', listen)
  onScopeDispose(() => document.removeEventListener('keydown', listen))
  return on
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog, select, textarea, [contenteditable]')) return true
  return target instanceof HTMLInputElement && target.type !== 'checkbox'
}
