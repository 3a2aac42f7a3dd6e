/** The disk, as far as agents' files need it; a test plays it. */
export interface FilePort {
  /** Is there a file or folder? */
  exists: (path: string) => boolean;
  /** The text, null when there is no file. Throws for what is no UTF-8 text or may not be read. */
  read: (path: string) => Promise<string | null>;
  /** Whole or not at all, through links, the permissions kept; a new file gets `mode`, where it is given, and the folders that it needs. */
  write: (path: string, text: string, mode?: number) => Promise<void>;
  /** A copy beside the file with its permissions; never over a file that is there. */
  copy: (from: string, to: string) => Promise<void>;
  /** Gone; no matter if it was there. Of a link, what it leads to. */
  remove: (path: string) => Promise<void>;
}
