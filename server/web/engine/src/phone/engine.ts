// The phone's engine: the whole of `PhoneApi` over one encrypted store.
import { promptName } from '../income/prompt'
import type { Prompt } from '../schema'
import type { AddedKind, AttestationView, AttestRequest, ConflictView, FoundedKind, Kind, PhoneApi, PhotoIntent, PictureSize, Saved, Submitted, Value } from './api'
import { attest, keepSigning, signing, signingPreview, slip } from './attest'
import { exportBatches, importBatches } from './carry'
import { addDispute } from './disputes'
import { dossier, income } from './dossier'
import { Failure } from './failure'
import { bytesOf } from './files'
import { Host } from './host'
import { Lists } from './lists'
import type { Open } from './open'
import { issueSheet, sheetPage } from './sheets'
import { submit, withdraw } from './submit'
import { houseSurvey, surveyPage, surveys } from './survey_lists'

export class Engine extends Host implements PhoneApi {
  // —— reading ——

  reference = () => this.step(async ({ book }) => book.state.reference ?? null)
  households = () => this.step(async ({ book }) => new Lists(book).households())
  records = (kind?: Kind) => this.step(async ({ book }) => new Lists(book).own(kind))
  drafts = () => this.step(async ({ book }) => new Lists(book).drafts())
  returned = () => this.step(async ({ book }) => new Lists(book).returned())

  surveys = () => this.step(async ({ book }) => surveys(book))
  survey = (id: string) => this.step(async ({ book }) => surveyPage(book, id))
  surveyOf = (household: string) => this.step(async ({ book }) => houseSurvey(book, household))

  household = (id: string) => this.work(async ({ book }) => {
    const row = book.row(id)
    if (row.kind !== 'household') throw new Failure('not_found')
    return new Lists(book).page(row, (await book.document(id)).document)
  })

  record = (id: string) => this.work(async ({ book }) => {
    const { document, undo } = await book.document(id)
    return new Lists(book).record(book.row(id), document, undo)
  })

  conflicts = () => this.work(async ({ book }) => {
    const lists = new Lists(book)
    const found: ConflictView[] = []
    for (const row of [...book.rows.values()].filter((one) => one.conflicts.length > 0)) {
      found.push(...lists.conflictsOf(row, (await book.document(row.id)).document))
    }
    return found
  })

  dossier = (household: string, month: string) => this.work(({ book }) => dossier(book, household, month, this.parts.check))
  income = (record: string) => this.work(({ book }) => income(book, record))

  sheet = (record: string) => this.work(({ book }) => sheetPage(book, record))

  // —— writing ——

  startVisit = (household: string, visitType?: string) => this.#made(({ records }) => records.startVisit(household, visitType))
  stayNight = (village: string, date: string, lodged: boolean) => this.#made(({ records }) => records.stayNight(village, date, lodged))
  addDifficulty = (household: string, answers: { [field: string]: Value }) => this.#made(({ records }) => records.addDifficulty(household, answers))
  addDispute = (household: string, answers: { [field: string]: Value }) => this.#made(({ book, records }) => addDispute(book, records, household, answers))
  addHousehold = (village: string, answers: { [field: string]: Value }) => this.#made(({ records }) => records.create('household', village, answers))

  begin = (kind: FoundedKind, household: string, period: string) => this.#made(({ records }) => records.begin(kind, household, period))
  addTo = (household: string, kind: AddedKind, answers: { [field: string]: Value }) => this.#made(({ records }) => records.addTo(household, kind, answers))
  answerPrompt = (record: string, prompt: Prompt, said: string, answer: string) => this.#edited(record, ({ book, records }) =>
    records.addLine(record, 'prompts', { rule: promptName(prompt), line: prompt.about, said, answer, person: book.identity.person }, []))

  issueSheet = (record: string) => this.#edited(record, ({ book, records }) => issueSheet(book, records, record))

  put = (id: string, path: string, value: Value) => this.#edited(id, ({ records }) => records.put(id, path, value))
  undo = (id: string) => this.#edited(id, ({ records }) => records.undo(id))
  addElement = (id: string, repeat: string, answers: { [field: string]: Value } = {}) => this.#edited(id, ({ records }) => records.addElement(id, repeat, answers))
  removeElement = (id: string, repeat: string, element: string) => this.#edited(id, ({ records }) => records.removeElement(id, repeat, element))
  resolve = (id: string, path: string, value: Value): Promise<Saved> => this.#edited(id, ({ records }) => records.resolve(id, path, value))

  submit = async (id: string): Promise<Submitted> => {
    const { result, trip } = await this.#edited(id, ({ book }) => submit(book, id, this.parts.check))
    if (trip !== null) this.tell({ type: 'records', records: [trip] })
    return result
  }

  withdraw = async (id: string): Promise<void> => {
    const records = await this.#edited(id, ({ book }) => withdraw(book, id))
    this.tell({ type: 'records', records })
  }

  leaveConflict = (id: string, path: string) => this.#edited(id, async ({ book }) => {
    const row = book.row(id)
    await book.commit([{ table: 'rows', key: id, value: { ...row, left: [...new Set([...row.left, path])] } }])
  })

  // —— photos ——

  photoBegin = (intent: PhotoIntent) => {
    this.touched()
    return this.work(({ photos }) => photos.begin(intent))
  }
  photoPending = (record: string) => this.step(async ({ photos }) => photos.pending(record))
  photoCancel = (record: string) => this.step(({ photos }) => photos.cancel(record))
  photoAdd = (record: string, bytes: Uint8Array, size: PictureSize) => this.#edited(record, ({ photos }) => photos.add(record, bytes, size))
  photoRemove = (record: string, element: string) => this.#edited(record, ({ photos }) => photos.remove(record, element))
  photos = (record: string) => this.work(({ photos, lane }) => photos.views(record, lane.sending))
  photoPolicy = (record: string) => this.work(({ photos }) => photos.policy(record))
  photoBytes = (sha256: string) => this.step(({ book }) => bytesOf(book, sha256))

  wifiOnly = () => this.step(async ({ book }) => book.state.wifiOnly ?? false)
  setWifiOnly = async (on: boolean): Promise<void> => {
    await this.step(({ book }) => book.commit([{ table: 'state', key: 'wifiOnly', value: on }]))
    this.lineChanged()
  }
  uploadNow = async (): Promise<void> => this.here().lane.now()

  // —— signing ——

  signingPreview = (record: string) => this.work(({ book }) => signingPreview(book, record))
  signing = (record: string) => this.work(({ book }) => signing(book, record))
  slip = (record: string, element: string) => this.work(({ book }) => slip(book, record, element))
  keepSigning = (record: string, chosen: string | null) => {
    this.touched()
    return this.step(({ book }) => keepSigning(book, record, chosen))
  }
  keptSigning = (record: string) => this.step(async ({ book }) => book.state.signings?.[record] ?? null)
  attest = (record: string, request: AttestRequest): Promise<AttestationView> =>
    this.#edited(record, ({ book, records }) => attest(book, records, record, request))

  // —— syncing ——

  exportUnsent = () => this.step(({ book, keys }) => exportBatches(book, keys, (done, of) => this.tell({ type: 'exporting', done, of })))
  importCarried = (bytes: Uint8Array) => this.step(({ book }) => importBatches(book, bytes))

  dismissProblem = (record: string) => this.#edited(record, async ({ book }) => {
    const settled = [...book.problems.values()].filter((problem) => problem.record === record)
    await book.commit(settled.map(({ item }) => ({ table: 'problems', key: item })))
  })

  // —— where the person was ——

  rememberPlace = (route: string) => {
    this.touched()
    return this.step(({ book }) => book.commit([{ table: 'state', key: 'place', value: { route, savedAt: book.context.now() } }]))
  }
  lastPlace = () => this.step(async ({ book }) => book.state.place ?? null)

  async #edited<T>(id: string, step: (open: Open) => Promise<T>): Promise<T> {
    this.touched()
    const result = await this.work(step)
    this.tell({ type: 'records', records: [id] })
    this.loop.edited()
    return result
  }

  async #made(step: (open: Open) => Promise<string>): Promise<string> {
    this.touched()
    const id = await this.work(step)
    this.tell({ type: 'records', records: [id] })
    this.loop.edited()
    return id
  }
}
