/** As the gateway takes them. */
export const usernamePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/
