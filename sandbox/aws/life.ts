/** How long things take in life, in seconds; the sandbox runs them `speed` times faster. */
export const life = {
  starting: 150,
  downloading: 45,
  step: 6,
  uploading: 60,
  interrupted: 60,
  stopping: 20,
} as const;
