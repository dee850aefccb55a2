/** One plain address: no name, no second address, no line break, nothing that could begin another header. */
export const MAIL_ADDRESS = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]{1,190}$/;
