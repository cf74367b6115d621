// A position of the home, only when asked for, in the coarseness asked for, never waited for.
import { ref } from 'vue'

/** Decimal places of a degree: about 100 m and about 1 m. */
const places: Record<string, number> = { coarse: 3, precise: 5 }
const patience = 60_000

/** `taken` gets `latitude,longitude` when the phone finds out. */
export function usePosition(taken: (text: string) => void) {
  const state = ref<'idle' | 'looking' | 'nothing'>('idle')
  function take(mode: string, has: boolean): void {
    const digits = places[mode]
    if (digits === undefined || has) return
    if (!('geolocation' in navigator)) { state.value = 'nothing'; return }
    state.value = 'looking'
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { state.value = 'idle'; taken(`${coords.latitude.toFixed(digits)},${coords.longitude.toFixed(digits)}`) },
      () => { state.value = 'nothing' },
      { enableHighAccuracy: mode === 'precise', timeout: patience, maximumAge: 300_000 },
    )
  }
  return { state, take }
}
