// The way to one signature: who, how, read aloud, which stance, the signature itself, done. Nothing is
// stored before the end but the visit's answer on how the household confirms.
import { computed, reactive, ref, shallowRef } from 'vue'
import type { AttestationView, AttestRequest, SigningPreview } from '@engine/phone/api'
import { fieldAt } from '@ui/form'
import { known, t } from '@ui/i18n'
import { app, failureWords, phone } from '../app'
import type { OpenRecord } from '../record'

export type Step = 'who' | 'how' | 'aloud' | 'stance' | 'pad' | 'paper' | 'done'
/** `refuse`: nobody signs, the refusal itself is what is kept. */
export type How = 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | 'refuse'
export const STANCES = ['agree', 'agree_with_remark', 'disagree', 'refuse_to_sign'] as const
export type Stance = (typeof STANCES)[number]

/** A visit says itself how the household confirmed; signing answers it, so that it is not asked twice. */
const CONFIRMATION: Record<How, string> = { finger_on_screen: 'signature', thumbprint_on_paper_photo: 'thumb_on_paper', paper_scan: 'signature', refuse: 'declined' }
/** Where a field that breaks a rule is asked. */
const ASKED_IN: Record<string, Step> = {
  role: 'who', signer_name: 'who', signer_member: 'who', signer_person: 'who', proxy_reason: 'who', method: 'how',
  literacy_aid: 'aloud', read_by: 'aloud', witness: 'aloud', stance: 'stance', remark: 'stance', strokes: 'pad', paper: 'paper',
}

export type Flow = ReturnType<typeof useSigning>

/** What was chosen so far. */
const empty = () => ({
  role: '', member: null as string | null, name: '', person: null as string | null, proxyReason: null as string | null,
  how: null as How | null, aid: null as string | null, readBy: '', readByPerson: null as string | null, witness: '', stance: null as Stance | null, remark: '',
})

export function useSigning(record: OpenRecord) {
  const preview = shallowRef<SigningPreview | null>(null)
  const done = shallowRef<AttestationView | null>(null)
  const step = ref<Step>('who')
  const failure = ref<string | null>(null)
  const busy = ref(false)
  const chosen = reactive(empty())
  const id = record.id()

  const me = computed(() => app.status?.person ?? null)
  const household = computed(() => chosen.role === 'household_head' || chosen.role === 'adult_member_proxy')
  const refuses = computed(() => chosen.stance === 'refuse_to_sign')
  const needsRemark = computed(() => chosen.stance === 'agree_with_remark' || chosen.stance === 'disagree')
  /** Who reads what they wrote themselves needs somebody beside them; a thumbprint always does. */
  const needsWitness = computed(() => chosen.how === 'thumbprint_on_paper_photo' || (chosen.aid === 'read_aloud_by_person' && chosen.readByPerson !== null && chosen.readByPerson === me.value?.id))
  const conflicts = computed(() => preview.value?.conflicts ?? 0)

  const ready = computed(() => {
    if (conflicts.value > 0 || preview.value === null) return false
    switch (step.value) {
      case 'who': return chosen.role !== '' && chosen.name.trim() !== '' && (chosen.role !== 'adult_member_proxy' || chosen.proxyReason !== null)
      case 'how': return chosen.how !== null
      case 'aloud': return !household.value || (chosen.aid !== null && (chosen.aid !== 'read_aloud_by_person' || chosen.readBy.trim() !== '') && (!needsWitness.value || witnessFits.value))
      case 'stance': return chosen.stance !== null && (!needsRemark.value || chosen.remark.trim() !== '')
      default: return true
    }
  })
  const witnessFits = computed(() => {
    const witness = chosen.witness.trim()
    return witness !== '' && ![chosen.readBy.trim(), chosen.name, me.value?.name].includes(witness)
  })
  const steps = computed<Step[]>(() => {
    const last: Step[] = chosen.how === 'refuse' || refuses.value ? [] : [chosen.how === 'finger_on_screen' || chosen.how === null ? 'pad' : 'paper']
    return ['who', 'how', ...(chosen.how === 'refuse' ? [] : ['aloud'] as Step[]), 'stance', ...last]
  })

  async function look(): Promise<void> {
    preview.value = await phone.signingPreview(id)
  }

  /** Writes how the household confirms, where the form asks that; answers whether the version changed by it. */
  async function confirm(): Promise<boolean> {
    const form = record.form.value
    const how: How = refuses.value ? 'refuse' : (chosen.how ?? 'refuse')
    if (!household.value || !form || !fieldAt(form, 'household_confirmation') || record.answers.value['household_confirmation'] === CONFIRMATION[how]) return false
    await record.put('household_confirmation', CONFIRMATION[how])
    if (record.failure.value !== null) throw Object.assign(new Error(record.failure.value), { code: 'storage' })
    await look()
    return true
  }

  async function next(): Promise<void> {
    await guarded(async () => {
      const here = step.value
      if (here === 'how') {
        if (chosen.how === 'refuse') chosen.stance = 'refuse_to_sign'
        else if (chosen.stance === 'refuse_to_sign') chosen.stance = null
        await confirm()
      }
      if (here === 'stance') {
        // Whoever changes their mind about refusing says how to sign first.
        if (chosen.how === 'refuse' && !refuses.value) return void (step.value = 'how')
        const other = await confirm()
        if (refuses.value) return attest({ strokes: null, paper: null })
        if (other) return void (step.value = 'aloud')
      }
      const at = steps.value.indexOf(here)
      step.value = steps.value[at + 1] ?? here
    })
  }

  /** One step back; false when there is none. */
  function before(): boolean {
    const at = steps.value.indexOf(step.value)
    failure.value = null
    if (at <= 0) return false
    step.value = steps.value[at - 1]!
    return true
  }

  async function guarded(act: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    failure.value = null
    try {
      await act()
    } catch (error) {
      const { code, field } = error as { code?: string; field?: string }
      navigator.vibrate?.(200)
      if (code === 'moved_on') {
        await look().catch(() => undefined)
        step.value = 'aloud'
      }
      const asked = code === 'bad_attestation' && field ? ASKED_IN[field] : undefined
      if (asked) step.value = asked
      failure.value = code === 'bad_attestation' && known(`sign.fault.${field}`) ? t(`sign.fault.${field}`) : failureWords(error)
    } finally {
      busy.value = false
    }
  }

  async function attest(signature: Pick<AttestRequest, 'strokes' | 'paper'>): Promise<void> {
    const refused = refuses.value
    const byPerson = !refused && chosen.aid === 'read_aloud_by_person'
    const text = (value: string): string | null => value.trim() || null
    done.value = await phone.attest(id, {
      role: chosen.role, signerMember: chosen.member, signerName: chosen.name.trim(), signerPerson: chosen.person,
      proxyReason: chosen.role === 'adult_member_proxy' ? chosen.proxyReason : null,
      method: refused ? null : chosen.how, literacyAid: refused || !household.value ? null : chosen.aid,
      readBy: byPerson ? text(chosen.readBy) : null, readByPerson: byPerson ? chosen.readByPerson : null,
      witness: refused || !needsWitness.value ? null : text(chosen.witness), stance: chosen.stance ?? '', remark: needsRemark.value || refused ? text(chosen.remark) : null,
      ...signature, digest: preview.value?.digest ?? '',
    })
    step.value = 'done'
  }

  /** Another of the parties signs the same version. */
  async function again(): Promise<void> {
    await guarded(async () => {
      await look()
      Object.assign(chosen, empty())
      done.value = null
      step.value = 'who'
    })
  }

  void guarded(look)
  return {
    record, preview, done, step, steps, failure, busy, chosen, me, household, refuses, needsRemark, needsWitness, witnessFits, conflicts, ready, next, before, again,
    sign: (signature: Pick<AttestRequest, 'strokes' | 'paper'>) => guarded(() => attest(signature)),
  }
}
