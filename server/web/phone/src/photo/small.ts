// A photo from the camera or the gallery, made small enough to keep.
import { shrinkHere, type SmallPicture } from './shrink'

export type { SmallPicture }

/** Rejects with `bad_picture` when it cannot be read. */
export async function smallPicture(file: Blob): Promise<SmallPicture> {
  const picture = typeof OffscreenCanvas === 'undefined' ? await shrinkHere(file) : await beside(file).catch(() => shrinkHere(file))
  if (!picture) throw Object.assign(new Error('not a picture'), { code: 'bad_picture' })
  return picture
}

/** In a worker that lives as long as the work; rejects when it could not begin. */
function beside(file: Blob): Promise<SmallPicture | null> {
  return new Promise<SmallPicture | null>((done, failed) => {
    const worker = new Worker(new URL('./shrink_worker.ts', import.meta.url), { type: 'module', name: 'bidao-photo' })
    const end = (act: () => void): void => {
      worker.terminate()
      act()
    }
    worker.addEventListener('error', () => end(() => failed(new Error('no worker'))))
    worker.addEventListener('message', ({ data }: MessageEvent<{ picture?: SmallPicture | null; failed?: true }>) =>
      end(() => (data.failed ? failed(new Error('no canvas')) : done(data.picture ?? null))))
    worker.postMessage(file)
  })
}
