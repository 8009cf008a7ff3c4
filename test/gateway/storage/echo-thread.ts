import { workerData } from 'node:worker_threads'
import { InvalidError } from '../../../gateway/domain/errors.ts'
import { runStorageThread } from '../../../gateway/storage/storage-thread.ts'

/** A storage thread that stores nothing: it answers, fails, groups commits, or dies, as it is told. */

export interface EchoRequest {
  type: 'echo' | 'fail' | 'invalid' | 'die' | 'commit'
  value?: number
}

runStorageThread(() => {
  if (workerData === 'cannot open') throw new Error('the disk is away')
  let together = 0
  return {
    ready: { opened: true },
    answer(request) {
      const { type, value } = request as EchoRequest
      if (type === 'fail') throw new Error('disk is full')
      if (type === 'invalid') throw new InvalidError('from must lie before to')
      if (type === 'die') process.exit(1)
      return value
    },
    commitTogether(requests) {
      together += 1
      const values = requests.map((request) => (request as EchoRequest).value)
      if (values.includes(13)) throw new Error('one of them is wrong')
      return values.map((value) => ({ value, group: together, size: values.length }))
    },
    close() {},
  }
})
