// One picture on the screen: fetched when it scrolls into view, given back when it leaves.
import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import * as api from '../api'
import { onChange } from '../live'
import { blobStore } from './blob'

const hold = blobStore({
  fetch: api.picture,
  make: (blob) => URL.createObjectURL(blob),
  revoke: (url) => URL.revokeObjectURL(url),
})

/** How far below the edge a picture is already fetched. */
const MARGIN = '120px'

/** Whether an element has come into view once. */
export function useSeen(element: Ref<HTMLElement | null>): ShallowRef<boolean> {
  const seen = shallowRef(false)
  let watching: IntersectionObserver | null = null
  onMounted(() => {
    if (!element.value) return
    watching = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      seen.value = true
      watching?.disconnect()
    }, { rootMargin: MARGIN })
    watching.observe(element.value)
  })
  onBeforeUnmount(() => watching?.disconnect())
  return seen
}

/** What an <img> needs. */
export interface Shown {
  url: ShallowRef<string | null>
  failed: ShallowRef<boolean>
}

/** The picture at `path` from when `wanted` is true. */
export function usePicture(path: () => string, wanted: () => boolean): Shown {
  const url = shallowRef<string | null>(null)
  const failed = shallowRef(false)
  let release: (() => void) | null = null

  function leave(): void {
    release?.()
    release = null
    url.value = null
  }
  async function load(): Promise<void> {
    leave()
    failed.value = false
    const use = hold(path())
    release = use.release
    try {
      const made = await use.url
      if (release === use.release) url.value = made
    } catch {
      if (release === use.release) failed.value = true
    }
  }
  watch(() => (wanted() ? path() : null), (now) => (now === null ? leave() : void load()), { immediate: true })
  // What could not be had is tried again when something changed at the server.
  onChange(() => failed.value && wanted() && void load())
  onBeforeUnmount(leave)
  return { url, failed }
}
