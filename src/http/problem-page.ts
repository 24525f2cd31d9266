// What a help page tells.

/** `meaning` says what happened, `remedy` what whoever runs the identity provider can do. Plain text. */
export interface ProblemPage {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}
