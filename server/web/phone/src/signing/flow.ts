// The way to one signature: who, how, read aloud, which stance, the signature itself, done. Nothing is
// stored before the end but the visit's answer on how the household confirms.
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { AttestationView, AttestRequest, SigningPreview } from '@engine/phone/api'
import { fieldAt } from '@ui/form'
import { known, t } from '@ui/i18n'
import { app, failureWords, phone } from '../app'
import type { OpenRecord } from '../record'
import { confirmationOf, isAnswered, isHouseholdRole, isRefusal, needsRemark, needsWitness, nothingChosen, requestOf, stepsOf, witnessFits, type Choice, type Step } from './choice'

/** What was chosen longer ago is asked anew. */
const KEPT_MS = 30 * 60_000
/** Where a field that breaks a rule is asked. */
const ASKED_IN: Record<string, Step> = {
  role: 'who', signer_name: 'who', signer_member: 'who', signer_person: 'who', proxy_reason: 'who', method: 'how',
  literacy_aid: 'aloud', read_by: 'aloud', witness: 'aloud', stance: 'stance', remark: 'stance', strokes: 'pad', paper: 'paper',
}

type Signature = Pick<AttestRequest, 'strokes' | 'paper'>
/** As it is kept for a browser that is killed. */
interface Kept { step: Step; chosen: Choice; digest: string; at: number }

/** One signature in the making; made once in a component's setup. */
export class Flow {
  readonly preview = shallowRef<SigningPreview | null>(null)
  readonly done = shallowRef<AttestationView | null>(null)
  readonly step = ref<Step>('who')
  readonly failure = ref<string | null>(null)
  readonly busy = ref(false)
  readonly chosen = reactive(nothingChosen())
  readonly me = computed(() => app.status?.person ?? null)
  readonly household = computed(() => isHouseholdRole(this.chosen.role))
  readonly refuses = computed(() => isRefusal(this.chosen))
  readonly needsRemark = computed(() => needsRemark(this.chosen))
  readonly needsWitness = computed(() => needsWitness(this.chosen, this.me.value))
  readonly witnessFits = computed(() => witnessFits(this.chosen, this.me.value))
  readonly conflicts = computed(() => this.preview.value?.conflicts ?? 0)
  readonly steps = computed(() => stepsOf(this.chosen))
  readonly ready = computed(() => this.preview.value !== null && this.conflicts.value === 0 && isAnswered(this.step.value, this.chosen, this.me.value))
  readonly #id: string

  constructor(readonly record: OpenRecord) {
    this.#id = record.id()
    // A phone short of memory kills the browser while its camera takes the slip: then it goes on from there.
    watch(this.step, (step) => {
      const kept: Kept = { step, chosen: this.chosen, digest: this.preview.value?.digest ?? '', at: Date.now() }
      void phone.keepSigning(this.#id, step === 'done' || step === 'who' ? null : JSON.stringify(kept)).catch(() => undefined)
    })
    void this.#guarded(() => this.#begin())
  }

  async #begin(): Promise<void> {
    await this.#look()
    const kept = JSON.parse((await phone.keptSigning(this.#id)) ?? 'null') as Kept | null
    if (!kept || kept.digest !== this.preview.value?.digest || Date.now() - kept.at > KEPT_MS) return
    Object.assign(this.chosen, kept.chosen)
    this.step.value = kept.step
  }

  async #look(): Promise<void> {
    this.preview.value = await phone.signingPreview(this.#id)
  }

  /** Writes how the household confirms, where the form asks that; answers whether the version changed by it. */
  async #confirm(): Promise<boolean> {
    const { record } = this
    const form = record.form.value
    const answer = confirmationOf(this.chosen)
    if (!this.household.value || !form || !fieldAt(form, 'household_confirmation') || record.answers.value['household_confirmation'] === answer) return false
    await record.put('household_confirmation', answer)
    if (record.failure.value !== null) throw Object.assign(new Error(record.failure.value), { code: 'storage' })
    await this.#look()
    return true
  }

  next = (): Promise<void> => this.#guarded(async () => {
    const here = this.step.value
    if (here === 'how') {
      if (this.chosen.how === 'refuse') this.chosen.stance = 'refuse_to_sign'
      else if (this.refuses.value) this.chosen.stance = null
      await this.#confirm()
    }
    if (here === 'stance') {
      // Whoever changes their mind about refusing says how to sign first.
      if (this.chosen.how === 'refuse' && !this.refuses.value) return void (this.step.value = 'how')
      const other = await this.#confirm()
      if (this.refuses.value) return this.#attest({ strokes: null, paper: null })
      if (other) return void (this.step.value = 'aloud')
    }
    this.step.value = this.steps.value[this.steps.value.indexOf(here) + 1] ?? here
  })

  /** One step back; false when there is none. */
  before = (): boolean => {
    const at = this.steps.value.indexOf(this.step.value)
    this.failure.value = null
    if (at <= 0) return false
    this.step.value = this.steps.value[at - 1] ?? 'who'
    return true
  }

  sign = (signature: Signature): Promise<void> => this.#guarded(() => this.#attest(signature))

  /** Another of the parties signs the same version. */
  again = (): Promise<void> => this.#guarded(async () => {
    await this.#look()
    Object.assign(this.chosen, nothingChosen())
    this.done.value = null
    this.step.value = 'who'
  })

  async #attest(signature: Signature): Promise<void> {
    this.done.value = await phone.attest(this.#id, requestOf(this.chosen, signature, this.preview.value?.digest ?? '', this.me.value))
    this.step.value = 'done'
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    if (this.busy.value) return
    this.busy.value = true
    this.failure.value = null
    try {
      await act()
    } catch (error) {
      navigator.vibrate?.(200)
      await this.#failed(error as { code?: string; field?: string })
    } finally {
      this.busy.value = false
    }
  }

  /** Leads to where the person can do something about it. */
  async #failed(error: { code?: string; field?: string }): Promise<void> {
    if (error.code === 'moved_on') {
      await this.#look().catch(() => undefined)
      this.step.value = 'aloud'
    }
    const bad = error.code === 'bad_attestation'
    const asked = bad && error.field ? ASKED_IN[error.field] : undefined
    if (asked) this.step.value = asked
    this.failure.value = bad && known(`sign.fault.${error.field}`) ? t(`sign.fault.${error.field}`) : failureWords(error)
  }
}
