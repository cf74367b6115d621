// Reading aloud with the phone's own voice. Only voices that live on the phone: what is read is about
// people, and a voice from the net would send it to its vendor.
import { onBeforeUnmount, ref } from 'vue'

/** Slower than the usual speed: old people listen. */
const RATE = 0.85

function localVoice(): SpeechSynthesisVoice | null {
  const voices = globalThis.speechSynthesis?.getVoices() ?? []
  const chinese = voices.filter((voice) => voice.localService && /^(zh|cmn)([-_](CN|Hans)|$)/i.test(voice.lang))
  return chinese[0] ?? null
}

export function useSpeech() {
  const available = ref(localVoice() !== null)
  const speaking = ref(false)
  const synthesis = globalThis.speechSynthesis
  const look = (): void => void (available.value = localVoice() !== null)
  synthesis?.addEventListener?.('voiceschanged', look)

  function stop(): void {
    speaking.value = false
    synthesis?.cancel()
  }
  /** Reads line by line; `finished` when it came to the end. */
  function speak(lines: readonly string[], finished: () => void): void {
    const voice = localVoice()
    if (!synthesis || !voice || lines.length === 0) return
    stop()
    speaking.value = true
    lines.forEach((line, at) => {
      const said = new SpeechSynthesisUtterance(line)
      Object.assign(said, { voice, lang: voice.lang, rate: RATE })
      said.onerror = () => { speaking.value = false }
      said.onend = () => {
        if (!speaking.value || at < lines.length - 1) return
        speaking.value = false
        finished()
      }
      synthesis.speak(said)
    })
  }
  onBeforeUnmount(() => {
    stop()
    synthesis?.removeEventListener?.('voiceschanged', look)
  })
  return { available, speaking, speak, stop }
}
