import { fakeHouse, startEmbedded } from './kit.ts'

/** The embedded broker in a process of its own, so that its memory can be seen. */
const house = fakeHouse(['a', 'b'])
const broker = await startEmbedded(house)
process.send?.({ port: broker.listening })
