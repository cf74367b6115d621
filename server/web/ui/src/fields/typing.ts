// A text being typed: saved a moment after the last key and at once when the field is left, so that
// a killed browser loses nothing and the store is not written at every key.
import { onBeforeUnmount, ref, watch } from 'vue'
import type { Value } from '@engine/phone/api'

const pause = 600

/** Keeps what is typed apart from what is stored. `read` turns typed text into a value; undefined = not yet one. */
export function useTyping(stored: () => Value, show: (value: Value) => string, read: (text: string) => Value | undefined, save: (value: Value) => void) {
  const text = ref(show(stored()))
  const unreadable = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let typing = false

  watch(stored, (value) => { if (!typing) text.value = show(value) })

  function flush(): void {
    clearTimeout(timer)
    if (!typing) return
    typing = false
    const value = text.value.trim() === '' ? null : read(text.value)
    unreadable.value = value === undefined
    if (value === undefined) return
    if (value !== stored()) save(value)
    else text.value = show(value)
  }
  function input(next: string): void {
    text.value = next
    typing = true
    clearTimeout(timer)
    timer = setTimeout(flush, pause)
  }
  onBeforeUnmount(flush)
  return { text, unreadable, input, flush }
}
