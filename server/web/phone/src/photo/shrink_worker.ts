// Shrinking beside the screen: a photo of 12 million pixels must not freeze the fingers.
import { shrinkHere } from './shrink'

const scope = self as unknown as DedicatedWorkerGlobalScope

scope.addEventListener('message', ({ data }: MessageEvent<Blob>) => {
  shrinkHere(data).then(
    (picture) => scope.postMessage({ picture }, picture ? [picture.bytes.buffer] : []),
    () => scope.postMessage({ failed: true }),
  )
})
