/** What programs are made of above the system calls: reading lines, names, HTTP. Everything is a program over `Sys`. */
export * from "./buffered-reader";
export { type GaiCode, GaiError } from "./dns/gai-error";
export { type AddressHints, type AddressInfo, getaddrinfo } from "./dns/getaddrinfo";
export * from "./dns/message";
export { DnsFormatError } from "./dns/name";
export * from "./dns/name-server";
export { type HttpClientOptions, HttpConnection, httpConnect, httpGet } from "./http/client";
export { HttpError } from "./http/error";
export type { HttpHeaders } from "./http/headers";
export type { HttpRequest, RequestToSend } from "./http/request";
export type { HttpResponse, ResponseToSend } from "./http/response";
export { type ConnectionLimits, type HttpHandler, serveConnection } from "./http/serve-connection";
export * from "./http/server";
export { sendAll, writeAll } from "./write-all";
