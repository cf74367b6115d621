// Request bodies travel as `Content-Encoding: deflate` (zlib format): the one compression every
// browser has built in.
import { own, type Bytes } from '../bytes'

export async function deflate(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return own(new Uint8Array(await new Response(stream).arrayBuffer()))
}
