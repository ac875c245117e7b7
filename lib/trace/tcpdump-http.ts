/** What tcpdump adds to TCP segments of HTTP's ports: the first line, if one begins there. Source: print-http.c, parsenfsfh. */
import type { Piece } from "./tcpdump-bytes";

const PORTS = [80, 8080, 3128];
const METHODS = [
  "GET",
  "PUT",
  "COPY",
  "HEAD",
  "LOCK",
  "MOVE",
  "POLL",
  "POST",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PATCH",
];

export function httpText(tcp: Piece, payload: Piece): string {
  if (!PORTS.includes(tcp.uint16(0)) && !PORTS.includes(tcp.uint16(2))) return "";
  const text = payload.text();
  const [line] = text.split(/\r?\n/, 1);
  const [first, second = ""] = line.split(" ");
  if (!METHODS.includes(first) && !/^\d{3}$/.test(second)) return ": HTTP";
  return `: HTTP: ${line}${text.includes("\n") ? "" : " [|http]"}`;
}
