/** Bytes that mean something in a record, and what says that it has no cell. */

export const TAB: u8 = 0x09;
export const NEWLINE: u8 = 0x0a;
export const RETURN: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const DASH: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const SLASH: u8 = 0x2f;
export const ZERO: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const QUESTION: u8 = 0x3f;
export const OPEN_LIST: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE_LIST: u8 = 0x5d;
export const LETTER_N: u8 = 0x6e;
export const OPEN: u8 = 0x7b;
export const CLOSE: u8 = 0x7d;

export const NO_CELL: i32 = -1;
