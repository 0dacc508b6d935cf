/** What follows the answer is a tunnel's, and no HTTP/1.1 that a field could say anything about (RFC 9110 §7.8, §9.3.6). */
export function opensTunnel(method: string, status: number): boolean {
  return status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)
}
