import { workerData } from 'node:worker_threads'
import { type LogFileOptions, openLogFile } from './log-file.ts'
import { runStorageThread } from './storage-thread.ts'
import type { CommitRequest, LogRequests } from './worker-messages.ts'

/** The thread that writes the observation log and the quarantine. */

type LogRequest = LogRequests[keyof LogRequests]['request']

runStorageThread(() => {
  const file = openLogFile(workerData as LogFileOptions)
  function answer(request: LogRequest) {
    switch (request.type) {
      case 'commit':
        return file.commit([request])[0]
      case 'read':
        return file.read(request.after, request.limit)
      case 'list':
        return file.quarantine.list(request.filter)
      case 'get':
        return file.quarantine.get(request.id)
      case 'waiting':
        return file.quarantine.waiting(request.scope)
      case 'setState':
        return file.quarantine.setState(request.id, request.state)
      case 'trimLog':
        return file.trim(request)
      case 'trimSettled':
        return file.quarantine.trimSettled(request.before)
      case 'trimWaiting':
        return file.quarantine.trimWaiting(request.most)
    }
  }
  return {
    ready: file.ready,
    answer: (request) => answer(request as LogRequest),
    commitTogether: (requests) => file.commit(requests as CommitRequest[]),
    close: () => file.close(),
  }
})
