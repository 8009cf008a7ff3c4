/// <reference types="vite/client" />

/** Of package.json; put there by the build. */
declare const APP_VERSION: string
