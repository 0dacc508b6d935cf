/** What decides in HTTP/1.1 where a message ends, to be put anywhere into one. */
export const messageParts = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  ':',
  '0\r\n\r\n',
  'content-length: 3\r\n',
  'transfer-encoding: chunked\r\n',
  '\0',
]
