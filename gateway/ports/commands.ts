/** Words for a device that obeys, such as a loudspeaker, sent the way on which devices come in. */
interface Command {
  topic: string
  payload: string
}

export interface CommandLine {
  /** Why nothing may be sent to this topic, as the end of a sentence; undefined: it may. */
  problem(topic: string): string | undefined
  /**
   * Resolves with what stands for a receipt: `handed` to a connected device, or `puback` of the
   * broker. Rejects with an Error whose text may be shown, or with the signal's reason.
   */
  send(command: Command, signal: AbortSignal): Promise<'handed' | 'puback'>
}
