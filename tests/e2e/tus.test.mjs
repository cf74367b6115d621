// The real tus-js-client, as npm has it, against our server: the line cut at random bytes, the server killed, the
// page closed and the photo taken from IndexedDB again; in the end the server has all of it.
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { chance, Line } from './line.mjs'
import { root, Stage } from './stage.mjs'

const SIZE = 1_500_000
/** Bytes a second, as over a good radio: on the loopback alone a browser has sent everything before it hears a word. */
const RATE = 1_000_000
const SEED = Number(process.env.SEED ?? 20151125)
const client = createRequire(join(root, 'server/web/package.json')).resolve('tus-js-client/dist/tus.min.js')

let stage, line
before(async () => {
  stage = await Stage.open()
  line = await Line.open(stage.address, { rate: RATE })
})
after(async () => {
  await line?.close()
  await stage?.close()
})

/** An access token of an enrolled phone. */
async function enrol(account) {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const key = Buffer.from(await webcrypto.subtle.exportKey('raw', keys.publicKey)).toString('base64url')
  const { code } = stage.person(account)
  const body = JSON.stringify({ code, account, password: stage.password, key, name: 'tus', app_version: 'test' })
  const answer = await fetch(`${stage.url}/api/v1/devices`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const enrolled = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(enrolled))
  return enrolled.session.access_token
}

/** A page of the server's own origin, seen through the line, with the client in it. */
async function open(browser) {
  const page = await browser.context.newPage()
  await page.goto(`${line.url}/healthz`)
  await page.addScriptTag({ path: client })
  return page
}

/** Puts a photo of random bytes into IndexedDB; its SHA-256. */
const take = (page, size) => page.evaluate(async (size) => {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)))
  const open = indexedDB.open('photos', 1)
  open.onupgradeneeded = () => open.result.createObjectStore('photos')
  const database = await new Promise((done, failed) => { open.onsuccess = () => done(open.result); open.onerror = failed })
  const write = database.transaction('photos', 'readwrite', { durability: 'strict' })
  write.objectStore('photos').put(new Blob([bytes], { type: 'image/jpeg' }), 'photo')
  await new Promise((done, failed) => { write.oncomplete = done; write.onerror = failed })
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}, size)

/** Uploads what IndexedDB has; `stored`, or how it failed. The client decides itself when to try again, or at once never. */
const upload = (page, sha256, token, patient) => page.evaluate(async ({ sha256, token, patient }) => {
  const open = indexedDB.open('photos', 1)
  const database = await new Promise((done, failed) => { open.onsuccess = () => done(open.result); open.onerror = failed })
  const read = database.transaction('photos').objectStore('photos').get('photo')
  const photo = await new Promise((done, failed) => { read.onsuccess = () => done(read.result); read.onerror = failed })
  return new Promise((done) => {
    const upload = new globalThis.tus.Upload(photo, {
      endpoint: '/api/v1/files',
      headers: { authorization: `Bearer ${token}` },
      metadata: { sha256 },
      fingerprint: async () => `bidao-${sha256}`,
      ...(patient ? {} : { retryDelays: null }),
      onSuccess: () => done('stored'),
      onError: (error) => done(String(error)),
    })
    upload.findPreviousUploads().then((found) => {
      if (found.length > 0) upload.resumeFromPreviousUpload(found[0])
      upload.start()
    })
  })
}, { sha256, token, patient })

/** Where the server says the upload stands. */
async function standing(sha256, token) {
  const answer = await fetch(`${stage.url}/api/v1/files/${sha256}`, {
    method: 'HEAD', headers: { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' },
  })
  return answer.status === 200 ? Number(answer.headers.get('upload-offset')) : null
}

/** The file as the server keeps it. */
function onDisk(sha256) {
  const folder = join(dirname(stage.database.replace('sqlite://', '')), 'files')
  return readFileSync(join(folder, sha256.slice(0, 2), sha256))
}

/** How many bytes of a photo lie sealed on the disk, frame after frame (`server/src/file_store/seal.rs`). That they are the right
    ones the server has verified by their name before it said so. */
function held(sha256) {
  const bytes = onDisk(sha256)
  let plain = 0
  for (let at = 0; at < bytes.length;) {
    assert.equal(bytes.toString('latin1', at, at + 4), 'BDF1')
    assert.equal(Number(bytes.readBigUInt64BE(at + 8)), plain)
    const length = bytes.readUInt32BE(at + 4)
    plain += length
    at += length + 44
  }
  return plain
}

test('an unmodified tus client brings a photo over a line that breaks, a server that dies and a page that is closed', async () => {
  const token = await enrol('xiang')
  const random = chance(SEED)
  const browser = await stage.browser('tus', { bypassCSP: true })
  let page = await open(browser)
  const sha256 = await take(page, SIZE)

  // The line breaks: the client tries again by itself and goes on.
  let reached = 0
  const broken = line.cutAfter(Math.floor((0.1 + 0.2 * random()) * SIZE))
  const patient = upload(page, sha256, token, true)
  await broken
  // It breaks for longer than the client is patient: it gives up, and the page is closed.
  line.cutAfter(Math.floor(0.3 * random() * SIZE)).then(() => line.refuse())
  assert.notEqual(await patient, 'stored', `seed ${SEED}`)
  await page.close()
  line.refuse(false)

  for (let life = 0; life < 3; life++) {
    const stands = await standing(sha256, token)
    assert.ok(stands !== null && stands >= reached && stands < SIZE, `seed ${SEED}: ${stands} after ${reached}`)
    reached = stands
    await stage.stop()
    await stage.start()
    assert.equal(await standing(sha256, token), reached, 'a killed server knows where it was')
    page = await open(browser)
    line.cutAfter(Math.floor((0.2 + 0.6 * random()) * (SIZE - reached)))
    assert.notEqual(await upload(page, sha256, token, false), 'stored', `seed ${SEED}`)
    await page.close()
  }

  page = await open(browser)
  assert.equal(await upload(page, sha256, token, true), 'stored')
  assert.equal(await standing(sha256, token), SIZE)
  assert.equal(held(sha256), SIZE)
  assert.ok(line.cuts >= 5, `the line broke ${line.cuts} times`)
  assert.ok(line.up < 1.8 * SIZE, `${line.up} bytes sent for ${SIZE}: it went on, it did not begin again`)
  console.log(`${line.cuts} cuts, ${line.up - SIZE} bytes beside the ${SIZE} of the photo`)

  // The same photo again, with nothing remembered: the server has it and says so at once. A browser sends what its
  // buffers hold before it hears that.
  const before = line.up
  await page.evaluate(() => localStorage.clear())
  assert.equal(await upload(page, sha256, token, true), 'stored')
  assert.ok(line.up - before < SIZE / 2, `${line.up - before} bytes for a photo the server has`)
})
