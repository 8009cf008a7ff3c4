/** Of the MPEG-1 decoder, what is used here; it brings no types of its own. */
declare module '@cycjimmy/jsmpeg-player' {
  export interface Destination {
    write(bytes: ArrayBuffer): void
  }
  export interface Source {
    streaming: boolean
    established: boolean
    completed: boolean
    progress: number
    connect(destination: Destination): void
    start(): void
    resume(): void
    destroy(): void
  }
  export interface PlayerOptions {
    source: new () => Source
    canvas: HTMLCanvasElement
    audio: boolean
    disableWebAssembly: boolean
    disableGl: boolean
    pauseWhenHidden: boolean
    videoBufferSize: number
    onVideoDecode: () => void
  }
  const jsmpeg: {
    Player: new (url: string, options: PlayerOptions) => { destroy(): void }
  }
  // oxlint-disable-next-line import/no-default-export -- the package has nothing else
  export default jsmpeg
}
