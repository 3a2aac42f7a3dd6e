/** What an editor's user set about the network; the command line goes by the environment alone. */
export interface NetworkSettings {
  /** Goes before the environment's. Empty: not set. */
  proxy: string;
  /** Hosts that are reached directly, beside those of NO_PROXY. */
  noProxy: readonly string[];
  /** A whole `Proxy-Authorization` header. Empty: not set. */
  proxyAuthorization: string;
  /** False: no proxy at all, whatever the environment says. */
  useProxy: boolean;
  /** Trust the authorities that the system trusts, beside Node's own. */
  systemCertificates: boolean;
  /** The user asked for certificates not to be checked. They are; this is for saying so. */
  wantsUncheckedCertificates: boolean;
}
