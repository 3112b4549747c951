/** Bytes as text: what sockets and files of text carry them in. */

/** Bytes turned into base64 in one go: as many arguments as a call may have. */
const BASE64_BYTES = 0x6000;

/** Bytes of base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += BASE64_BYTES)
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_BYTES));
  return btoa(binary);
}
