/** What stands around the page, and what it is called there. */

/** Its pages open by a tag, but not without a signal, and there is no address bar. */
export const isWeChat = () => /MicroMessenger/i.test(navigator.userAgent)

/** Opened from the phone's start screen: without an address bar too. */
export const isInstalled = () => matchMedia('(display-mode: standalone)').matches
