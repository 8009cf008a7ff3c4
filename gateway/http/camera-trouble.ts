import { ConflictError } from '../domain/errors.ts'
import type { CameraError, CameraProblem } from '../ports/cameras.ts'
import { ProblemError } from './problem.ts'

/**
 * What is wrong with a camera, for people who need not know where it is called and as whom: the
 * camera's own error names host and user.
 */
const words: Record<CameraProblem, string> = {
  wrongPassword: 'The camera refuses its login; an administrator must set it anew.',
  locked: 'The camera has locked its account; an administrator must set the login anew.',
  unreachable: 'The camera does not answer: check its power and its network cable.',
  notAllowed: 'The camera’s address is outside the networks that cameras may lie in.',
  noOnvif: 'What answers at the camera’s address is no ONVIF service.',
  noEvents: 'The camera sends no events.',
  unsupported: 'The camera cannot do this, or has no login yet.',
  fault: 'The camera answered with an error; try again, or restart it.',
  timeout: 'The camera did not answer in time; try again.',
}

export function wordsFor(problem: CameraProblem): string {
  return words[problem]
}

/** There is no picture now. */
export function noPicture({ problem }: CameraError): ProblemError {
  return new ProblemError(503, problem, wordsFor(problem))
}

/** It did not do what was asked. */
export function notDone({ problem }: CameraError): ConflictError {
  return new ConflictError(wordsFor(problem), problem)
}
