/** Links with which a screen at a point shows its code without anybody signed in: one per point. */
export interface PointScreens {
  /** A new link takes the place of the one before. The secret is never told again. */
  make(point: string, by: string): Promise<string>
  find(point: string): Promise<PointScreen | undefined>
  /** False: there was none. */
  withdraw(point: string): Promise<boolean>
  isOpenedBy(point: string, secret: string): Promise<boolean>
}

interface PointScreen {
  madeAt: number
  /** Display name. */
  madeBy: string
}
